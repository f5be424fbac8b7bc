/*
 * How large a record may become, in one place: what is saved within these can always be read again, since
 * LARGEST_TOKENS, LARGEST_ANSWER and the bounded lists fit into LARGEST_RECORD together (a test adds them up).
 */

/** A stored record as text, in characters. */
export const LARGEST_RECORD: number = 256 * 1024;
/** All access tokens of a record together, as JSON. */
export const LARGEST_TOKENS: number = 128 * 1024;
/** What one answer of the token endpoint adds: an access and a refresh token of 16 KiB each, and their times. */
export const LARGEST_ANSWER: number = 33 * 1024;
/** The scopes of an ask, or of a grant, joined by spaces. */
export const LONGEST_SCOPE: number = 4 * 1024;
/** Any other text: an id, a holder, a code. */
export const LONGEST_TEXT = 4_096;
export const LONGEST_USERNAME = 1_024;
export const LONGEST_ACCOUNT = 1_024;
/** Access tokens for different scopes. */
export const MOST_SCOPES = 64;
/** Scopes that the server refused, each with its code. */
export const MOST_REFUSED = 16;
/** Families that this one replaced. */
export const MOST_REPLACED = 32;
/** Seeds that were imported or tried. */
export const MOST_SEEDS = 64;
/** Of the last failure: the message of its error, and what that came from. */
export const LONGEST_MESSAGE = 1_000;
export const LONGEST_CAUSE = 100;
