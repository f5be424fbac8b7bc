/*
 * How large a record may become, in one place: what is saved within these can always be read again, since
 * LARGEST_TOKENS, LARGEST_ANSWER and the bounded lists fit into LARGEST_RECORD together (a test adds them up).
 */

/** A stored record as text, in characters. */
export const LARGEST_RECORD: number = 256 * 1024;
/** All access tokens of a record together, as JSON. */
export const LARGEST_TOKENS: number = 112 * 1024;
/** A refresh token as JSON. RFC 6749 sets no limit (section 1.5); a longer one is an error where it comes in. */
export const LONGEST_REFRESH_TOKEN: number = 32 * 1024;
/** What one answer of the token endpoint adds: an access token of 16 KiB, a refresh token, and their times. */
export const LARGEST_ANSWER: number = (16 + 32 + 1) * 1024;
/** The scopes of an ask, or of a grant, joined by spaces. */
export const LONGEST_SCOPE: number = 4 * 1024;
/** Any other text: an id, a holder, a code, and what is kept beside the tokens, as JSON. */
export const LONGEST_TEXT = 4_096;
export const LONGEST_USERNAME = 1_024;
/** The id of a user, with the tenant. */
export const LONGEST_USER_ID = 512;
export const LONGEST_ACCOUNT = 1_024;
/** Access tokens for different scopes. */
export const MOST_SCOPES = 64;
/** Scopes that the server refused, each with its refusal. */
export const MOST_REFUSED = 16;
/** Families that this one replaced. */
export const MOST_REPLACED = 32;
/** Seeds that were imported or tried. */
export const MOST_SEEDS = 64;
/** Of the last failure: the message of its error, and what that came from. */
export const LONGEST_MESSAGE = 1_000;
export const LONGEST_CAUSE = 100;
/** The server's own words for a failure or a refusal. */
export const LONGEST_DESCRIPTION = 201;
