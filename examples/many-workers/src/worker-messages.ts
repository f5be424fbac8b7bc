import type { AuthEvent } from '@everbearer/core';

export type ToWorker = 'stop';

interface Call {
  type: 'called';
  id: number;
  account: string;
  url: string;
  /** With all waiting for tokens in it. */
  ms: number;
}

export type FromWorker =
  | (Call & { ok: true })
  | (Call & { ok: false; message: string })
  | {
      type: 'event';
      event: AuthEvent['type'];
      account: string | undefined;
      ms: number | undefined;
      detail: string | undefined;
      /** When the token that it brought ends. */
      expiresAt: number | undefined;
    };
