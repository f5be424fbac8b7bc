import type { AuthEvent } from '@everbearer/core';

export type ToWorker = 'stop';

export type FromWorker =
  | { type: 'called'; ok: true }
  | { type: 'called'; ok: false; message: string }
  | { type: 'event'; event: AuthEvent['type']; account: string | undefined };
