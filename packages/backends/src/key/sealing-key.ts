/** A key that seals records: 256 random bits. */
export interface SealingKey {
  /**
   * Names the key in the seals made with it, where everybody who can read the store can read it: 1 to 64 letters,
   * digits, `.`, `_` or `-`. Default: the key's own thumbprint (RFC 7638), which stays the same wherever the key is kept.
   * @see https://www.rfc-editor.org/rfc/rfc7638
   */
  kid?: string | undefined;
  /** The secret: 32 random bytes, or their base64 or base64url text, as `openssl rand -base64 32` prints it. */
  key: Uint8Array | string;
  /**
   * Where the key was read, and who may read it there, in words for `check()` of `encrypted()`. Never the key. Default:
   * `check()` says nothing of it.
   */
  source?: string | undefined;
}
