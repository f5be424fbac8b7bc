/**
 * Where a record is kept. Two operations carry the whole protocol: `load`, and `save` that compares.
 * A backend sees text and never looks inside.
 */
export interface TokenBackend {
  /** What this backend can promise. It is relied upon, so it has to be true. */
  readonly capabilities: BackendCapabilities;
  /** Where the records are, for `status()`: a directory, the address of a server. Never a secret. */
  readonly location?: string | undefined;
  /**
   * The stored text and its version, or undefined when nothing is stored. It reads what was saved last: from where
   * saves go, not from a replica that lags behind.
   * @throws {TokenBackendError} with `damaged`, it carries the version, so that a sign-in can overwrite the damage
   */
  load(key: string): Promise<StoredText | undefined>;
  /**
   * Saves if the stored version is still `expected` (undefined: nothing is stored), as one atomic step. Resolves to
   * the new version, or to undefined on a conflict. When it throws, the outcome is unknown, and the caller loads again.
   * A version never recurs for a key, not even after a delete.
   * @throws {TokenBackendError} whose message names the place and the remedy, and never quotes the text
   */
  save(
    key: string,
    data: string,
    expected: string | undefined,
    options?: SaveOptions,
  ): Promise<string | undefined>;
  /**
   * Deletes if the stored version is still `expected`, as one atomic step: afterwards `load` resolves to undefined,
   * `list` no longer names the key, and the backend keeps no copy of the text. False on a conflict. When it throws,
   * the outcome is unknown, as with `save`.
   * @throws {TokenBackendError} as `save` does
   */
  delete?: ((key: string, expected: string) => Promise<boolean>) | undefined;
  /**
   * Whether nothing is stored under the key because it was deleted: what tells a removal from a loss. True from a
   * `delete` on, by any process, until the key is saved again; false where the store has no trace of a deletion, which
   * it may lose as it loses records. Default: a deletion cannot be told from a loss.
   * @throws {TokenBackendError} as `load` does
   */
  wasDeleted?: ((key: string) => Promise<boolean>) | undefined;
  /**
   * The key of every stored record, each once, in any order. A record that is saved or deleted meanwhile may or may
   * not be among them.
   */
  list?: (() => AsyncIterable<string>) | undefined;
  /**
   * Calls `hint` when the key may have changed, in this process or in another, with the version that it has by now where
   * that is known at no cost: who has just saved that one need not look. Returns the function that ends it. A hint may
   * come without a change, late, or not at all. Keeps no process alive. One that throws, or returns something else, is
   * told by a `warning` event, and changes are found by looking.
   */
  watch?: ((key: string, hint: (version?: string) => void) => () => void) | undefined;
  /** Names this process in a lease, so that others on the same machine can tell whether it is alive. */
  readonly holder?: string | undefined;
  /** Whether the process of that name is alive; undefined where that cannot be told from here. Without waiting. */
  isHolderAlive?: ((holder: string) => boolean | undefined) | undefined;
  /**
   * What a person should know of that was found while the backend was used, each a sentence or two, with what to do: for
   * `status()`. Without waiting, and never a secret. Default: nothing.
   */
  warnings?: (() => readonly string[]) | undefined;
  /** What can be found out about this backend without a credential: one finding for each thing that was looked at. */
  check?: (() => Promise<BackendCheck[]>) | undefined;
  /** Releases what the backend holds besides the records, such as watchers and reserved space. Records stay. */
  close?: (() => Promise<void>) | undefined;
}

/** What a backend promises of its saves. */
export interface BackendCapabilities {
  /**
   * Against whom the compare in `save` holds: against every process that reaches the store (`shared`), within this
   * process (`process`), or not at all, since nothing is saved (`none`).
   */
  cas: 'shared' | 'process' | 'none';
  /** Whether what was saved outlives this process and a restart of the store. */
  durable: boolean;
  /** Whether `save` can succeed. A backend that is only read from says false. */
  writable: boolean;
}

/** What `load` finds. */
export interface StoredText {
  /** The text as it was saved. */
  data: string;
  /** What a `save` over this text has to give as `expected`. Opaque; never a secret unless the text is its own version. */
  version: string;
  /** True when this is an older text, found behind a damaged newer one. Default: false. */
  recovered?: boolean | undefined;
  /**
   * The `note` of the last save, where the backend kept that beside `data`. Empty where there was one and a power cut took
   * its text: whoever saved it is gone. Default: no note.
   */
  note?: string | undefined;
}

/** What else a `save` may be asked for. */
export interface SaveOptions {
  /**
   * Room for a later save of the same key, in bytes of text: that save cannot then fail for lack of space. A backend
   * that cannot reserve ignores it. Default: none.
   */
  reserveBytes?: number | undefined;
  /**
   * Nothing older than this text may survive, as after a sign-out. From the moment that the text is stored, `load` never
   * returns an older one, `recovered` or not, whatever is damaged afterwards. When the save resolves to a version, the
   * store also holds no copy of an older text of this key: no earlier version, no draft, no damaged file, no reserved
   * space. On a conflict nothing is erased. When it rejects, the text may be stored and something older may be left: a
   * save with `eraseOlder` over it erases that as well. A backend that keeps one text for each key, and replaces it, has
   * nothing more to do. Default: false.
   */
  eraseOlder?: boolean | undefined;
  /**
   * All that `data` adds to the text that is stored under `expected`, as a short text of its own. A backend may keep it
   * beside the stored text and leave `data` alone: `load` then returns both, until the next save replaces both. It is a
   * save like any other: it compares, it has a version, and it outlives what other saves outlive. A backend that keeps one
   * text for each key ignores this and stores `data`. Default: none.
   */
  note?: string | undefined;
}

/** One finding of {@link TokenBackend.check}. */
export interface BackendCheck {
  /** What was looked at, in a word or two: `writable`, `free space`. */
  name: string;
  /** Whether nothing has to be done about it. */
  ok: boolean;
  /** What was found, as a sentence. Never a secret. */
  detail: string;
  /** What to do about it, as a sentence: where `ok` is false, and only there. */
  remedy?: string | undefined;
}
