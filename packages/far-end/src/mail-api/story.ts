import type { TimelineEntry, TimelineEvent } from '@everbearer/testing/authorization-server';

/** What happened at the mail API. Tokens are told by their public ids. */
export type MailEvent =
  | { type: 'token_first_used'; token: string }
  /** A request was answered 401; `again`: its token had been before, to the same client. */
  | {
      type: 'request_rejected';
      why: string;
      token?: string | undefined;
      path: string;
      again: boolean;
    }
  | { type: 'request_trouble'; status: number; path: string };

/** An event of either server, and when it happened, in milliseconds since the epoch. */
export type StoryEntry = TimelineEntry | ({ at: number } & MailEvent);

/** The timeline of the authorization server, into which the mail API writes as well: one story of both. */
export interface Story {
  add(event: TimelineEvent | MailEvent): void;
  entries(): StoryEntry[];
}
