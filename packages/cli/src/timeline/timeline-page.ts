import { createHash } from 'node:crypto';
import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';
import { checkRecords } from './check-records.ts';
import { escaped } from './escaped.ts';
import { pageBody } from './page-body.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';
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
 * @throws {ConfigurationError} naming the option, or the record that is none
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

interface PageParts {
  title: string;
  intro: string | undefined;
  /** HTML. */
  body: string;
  /** Whether its script asks for news where it came from. */
  isLive: boolean;
}

const LOGO =
  '<svg class="logo" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true"><path class="berry" d="M16 29.5C9 27 4.5 19.5 5.5 13.6 6.2 9.6 11 8 16 11c5-3 9.8-1.4 10.5 2.6C27.5 19.5 23 27 16 29.5Z"/><path class="leaf" d="M16 12.5C12.5 12.3 9 10.5 7 7.5c3.2-1 5.6-.6 7.3.5C14.2 5.5 15.2 3.5 17.5 2c.9 2.2.9 4.2.2 6 1.7-1.1 4.1-1.5 7.3-.5-2 3-5.5 4.8-9 5Z"/><path class="seed" d="M11.5 16v1.500M16 17.500V19M20.5 16v1.500M13.5 21.500V23M18.5 21.500V23"/></svg>';

/** The whole document. What it may run is its own script, and what it may load is nothing. */
export function pageDocument({ title, intro, body, isLive }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `script-src '${fingerprint(PAGE_SCRIPT)}'`,
    `style-src '${fingerprint(PAGE_STYLE)}'`,
    ...(isLive ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)} - Everbearer</title>
<style>${PAGE_STYLE}</style>
</head>
<body${isLive ? ' data-live="yes"' : ''}>
<header class="page-head">
<div class="brand">${LOGO}<span>everbearer</span></div>
<h1>${escaped(title)}</h1>
${intro === undefined ? '' : `<p class="intro">${escaped(intro)}</p>`}
</header>
<main id="main">
${body}
</main>
<div id="tip" role="status" hidden></div>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function fingerprint(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
