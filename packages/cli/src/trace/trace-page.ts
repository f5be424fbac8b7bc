import { closeSync, ftruncateSync, writeSync } from 'node:fs';
import type { TraceRecord } from '../timeline/trace-record.ts';
import { openForWriting } from './open-for-writing.ts';
import { settledRecords } from './read-records.ts';

/** A page of more would take a browser long to show. */
const MOST_RECORDS = 20_000;

/** A page that is written when the program has ended. */
export interface TracePage {
  add(record: TraceRecord): void;
  /** Writes the page; resolves to what a person should know of it. */
  write(): Promise<string>;
}

/**
 * Opens the file at once, so that nobody waits for a page that cannot be written.
 * @param most - so many records are drawn, the last ones
 * @throws {ConfigurationError} when the file cannot be written
 */
export function tracePage(path: string, most: number = MOST_RECORDS): TracePage {
  const file = openForWriting(path, '--html');
  const started = new Map<number, TraceRecord>();
  let records: TraceRecord[] = [];
  let left = 0;

  return {
    add(record) {
      if (record.kind === 'process_started') started.set(record.pid, record);
      else records.push(record);
      // Not one by one: that would cost as much as all the rest.
      if (records.length < most * 2) return;
      left += records.length - most;
      records = records.slice(-most);
      const pids = new Set(records.map(({ pid }) => pid));
      for (const pid of started.keys()) if (!pids.has(pid)) started.delete(pid);
    },
    async write() {
      try {
        const shown = records.slice(-most);
        left += records.length - shown.length;
        const { timelinePage } = await import('../timeline/timeline-page.ts');
        const intro = left > 0 ? `The last ${most} records; ${left} came before them.` : undefined;
        ftruncateSync(file);
        writeSync(file, timelinePage(settledRecords([...started.values(), ...shown]), { intro }));
        return `the page is in ${path}`;
      } catch (error) {
        const { code, message } = error as { code?: string; message?: string };
        return `the page could not be written to ${path} (${code ?? message})`;
      } finally {
        closeSync(file);
      }
    },
  };
}
