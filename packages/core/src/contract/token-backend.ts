/**
 * Where a record is kept. Two operations carry the whole protocol: `load`, and `save` that compares.
 * Backends see text; they never look inside.
 */
export interface TokenBackend {
  readonly capabilities: BackendCapabilities;
  /** Where the records are, for `status()`: a directory, the address of a server. Never a secret. */
  readonly location?: string;
  /**
   * The stored text and its version, or undefined when there is none.
   * @throws {TokenBackendError} `damaged` errors carry the version, so that a sign-in can overwrite it
   */
  load(key: string): Promise<StoredText | undefined>;
  /**
   * Saves if the stored version is still `expected` (undefined: absent). Resolves to the new version, or
   * to undefined on a conflict. A throw means that the outcome is unknown: the caller loads again. A version
   * never recurs for a key, not even after a delete.
   */
  save(
    key: string,
    data: string,
    expected: string | undefined,
    options?: SaveOptions,
  ): Promise<string | undefined>;
  /** Deletes if the stored version is still `expected`; false on a conflict. */
  delete?(key: string, expected: string): Promise<boolean>;
  /** Every key of this backend. */
  list?(): AsyncIterable<string>;
  /** Calls `hint` when the key may have changed. A hint only; returns what ends it. */
  watch?(key: string, hint: () => void): () => void;
  /** Names this process in a lease, so that others on the same host can tell whether it lives. */
  readonly holder?: string;
  /** Whether that holder lives; undefined where it cannot be told from here. */
  isHolderAlive?(holder: string): boolean | undefined;
  /** What can be found out about this backend without a credential. */
  check?(): Promise<BackendCheck[]>;
  close?(): Promise<void>;
}

export interface BackendCapabilities {
  /** Who else the compare in `save` holds against. */
  cas: 'shared' | 'process' | 'none';
  /** Whether what was saved outlives this process and a restart of the store. */
  durable: boolean;
  writable: boolean;
}

export interface StoredText {
  data: string;
  version: string;
  /** An older version, found behind a damaged newer one. */
  recovered?: boolean;
}

export interface SaveOptions {
  /** Keep room for a later save of this size, so that it cannot fail for lack of space. */
  reserveBytes?: number;
}

export interface BackendCheck {
  name: string;
  ok: boolean;
  detail: string;
  /** What to do about it; empty when `ok`. */
  remedy: string;
}
