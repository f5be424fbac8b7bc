/** A key that seals records: 256 random bits. */
export interface SealingKey {
  /**
   * Names the key in the seals made with it, readable to everybody who can read the store: 1 to 64 letters, digits,
   * `.`, `_` or `-`. Default: the key's own thumbprint (RFC 7638), which stays the same wherever the key is kept.
   */
  kid?: string | undefined;
  /** 32 random bytes, or their base64url text as `openssl rand -base64 32` and the like print it. */
  key: Uint8Array | string;
}
