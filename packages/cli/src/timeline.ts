/**
 * A trace of requests and their tokens, and the page that shows it.
 * @packageDocumentation
 */
export { type TimelinePageOptions, timelinePage } from './timeline/timeline-page.ts';
export type {
  EventRecord,
  NoteRecord,
  ProcessRecord,
  RequestRecord,
  TraceRecord,
} from './timeline/trace-record.ts';
