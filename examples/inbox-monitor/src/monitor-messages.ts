import type { AuthEvent } from '@everbearer/core';
import type { TraceRecord } from 'everbearer/timeline';
import type { InboxCount } from './count-inbox.ts';

export type ToMonitor = 'stop';

export type FromMonitor =
  | { type: 'code'; userCode: string }
  | { type: 'ready' }
  | ({ type: 'polled' } & InboxCount)
  | { type: 'failed'; message: string }
  /** One request, with all the waiting for tokens in it. */
  | { type: 'request'; ms: number }
  /** For the page. */
  | { type: 'trace'; record: TraceRecord }
  | {
      type: 'event';
      event: AuthEvent['type'];
      reason: string | undefined;
      ms: number | undefined;
      code: string | undefined;
    };
