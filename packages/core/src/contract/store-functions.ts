import type { BackendCheck } from './token-backend.ts';

/** What both kinds of store have in common. Each function may be async or not, and may throw what your driver throws. */
export interface StoreFunctions {
  /** The stored text, or nothing. Read from where you write: a replica that lags behind shows spent tokens. */
  load(key: string): Promise<string | undefined | null> | string | undefined | null;
  /** Whether saved text outlives this process and a restart of the store. Default: true. */
  durable?: boolean | undefined;
  /**
   * Where the records are, for `status()` and for errors: `table tokens at db.internal`. Never a secret. Default: none,
   * and errors speak of "the store".
   */
  location?: string | undefined;
  /** The key of every stored record: what `createAccounts(…).list()` needs. Default: records cannot be listed. */
  list?: (() => Iterable<string> | AsyncIterable<string> | Promise<Iterable<string>>) | undefined;
  /**
   * Whether nothing is stored under the key because somebody deleted it, by any process, and nothing was saved there since: from
   * a mark that your deletion leaves. Default: a deletion cannot be told from a loss, so a row that is deleted while a
   * renewal is under way comes back when that has ended.
   */
  wasDeleted?: ((key: string) => Promise<boolean> | boolean) | undefined;
  /**
   * Calls `hint` when the record may have changed (`LISTEN` of PostgreSQL); returns the function that ends it. Whatever fails
   * in either of them costs the hints and is told by a `warning` event. Default: other processes' changes are found by
   * looking.
   */
  watch?: ((key: string, hint: () => void) => () => void) | undefined;
  /** What can be found out about the store without a credential. Default: nothing is said. */
  check?: (() => Promise<BackendCheck[]>) | undefined;
  /** Releases what the functions hold. Default: there is nothing to release. */
  close?: (() => Promise<void>) | undefined;
}

/** Two functions, one writer: no other process writes these records while this one runs. */
export interface SingleProcessFunctions extends StoreFunctions {
  /** Stores the text in place of what was there. Rejects (or throws) when it did not. */
  save(key: string, data: string): Promise<void> | void;
  /** Your promise that there is only one writer. Two would spend the same refresh token. */
  singleProcess: true;
  /** Deletes what is stored. Default: records cannot be deleted. */
  remove?: ((key: string) => Promise<void> | void) | undefined;
}

/** With a save that compares, any number of processes may share the records. */
export interface SharedFunctions extends StoreFunctions {
  /**
   * Stores the text if what is stored is still exactly `expected` (undefined: nothing is stored), as one
   * atomic step, and says whether it did. In SQL: `UPDATE … WHERE id = ? AND token = ?`, and for undefined an
   * `INSERT` that does nothing when the row exists. Resolve when the text is as durable as it will be.
   */
  compareAndSave(key: string, data: string, expected: string | undefined): Promise<boolean> | boolean;
  /**
   * Deletes if what is stored is still exactly `expected`, as one atomic step, and says whether it did. Default: records
   * cannot be deleted.
   */
  compareAndDelete?: ((key: string, expected: string) => Promise<boolean> | boolean) | undefined;
}
