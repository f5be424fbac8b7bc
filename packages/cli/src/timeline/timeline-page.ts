import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';
import { checkRecords } from './check-records.ts';
import { pageBody } from './page-body.ts';
import { pageDocument } from './page-document.ts';
import type { TraceRecord } from './trace-record.ts';

/** How a {@link timelinePage} introduces itself. */
export interface TimelinePageOptions {
  /** Its heading. Default `Requests and their tokens`. */
  title?: string | undefined;
  /** A sentence or two below the heading, for readers who were not there. Default: none. */
  intro?: string | undefined;
  /** One lane a process (default), or one an account. */
  lanes?: 'process' | 'account' | undefined;
}

const OPTIONS = Object.keys({ title: true, intro: true, lanes: true } satisfies Record<
  keyof TimelinePageOptions,
  true
>);

/**
 * A page of its own that shows a trace as a timeline: requests, expiries, renewals, waits and restarts, one lane a process, with
 * the reason at each. It loads nothing, sends nothing, and takes every text of a record as text.
 *
 * @param records - in any order; those of several processes together
 * @returns the text of an HTML file
 * @throws {ConfigurationError} naming the option, or the record that is wrong
 */
export function timelinePage(records: readonly TraceRecord[], options: TimelinePageOptions = {}): string {
  checkOptions(options);
  checkRecords(records);
  const { title = 'Requests and their tokens', intro, lanes = 'process' } = options;
  return pageDocument({ title, intro, body: pageBody(records, lanes), isLive: false });
}

function checkOptions(options: TimelinePageOptions): void {
  refuseUnknownOptions(options, OPTIONS, 'timelinePage()');
  const { title, intro, lanes } = options;
  for (const [option, value] of Object.entries({ title, intro })) {
    if (value !== undefined && typeof value !== 'string')
      throw new ConfigurationError({ option, message: `\`${option}\` must be a text.` });
  }
  if (lanes !== undefined && lanes !== 'process' && lanes !== 'account')
    throw new ConfigurationError({ option: 'lanes', message: '`lanes` must be process or account.' });
}
