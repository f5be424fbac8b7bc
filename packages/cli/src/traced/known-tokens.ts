import { tokenDates } from './token-dates.ts';

interface Known {
  /** When it was issued where it says so, else when it was first seen here. */
  since: number;
  expiresAt: number | undefined;
  account?: string | undefined;
  provider?: string | undefined;
  isOurs: boolean;
}

const MOST = 500;

/** What is known of the tokens that this process uses, by fingerprint. No token is kept. */
export class KnownTokens {
  readonly #known = new Map<string, Known>();

  /** Notes that a token is used, and tells what is known of it. */
  used(
    fingerprint: string,
    token: string,
    now: number,
    ours?: Pick<Known, 'account' | 'provider' | 'expiresAt'>,
  ): Known {
    const before = this.#known.get(fingerprint);
    if (before && (before.isOurs || !ours)) return before;
    const { issuedAt = now, expiresAt } = tokenDates(token);
    const known = { since: issuedAt, expiresAt, ...ours, isOurs: ours !== undefined };
    known.expiresAt ??= expiresAt;
    this.#known.set(fingerprint, known);
    if (this.#known.size > MOST) this.#known.delete(this.#known.keys().next().value as string);
    return known;
  }
}
