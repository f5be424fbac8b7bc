/** In every secret of a request or a reply; never in an error. */
export const MARK = 'SECRET';
export const ACCESS = `at-${MARK}-1`;
export const REFRESH = `rt-${MARK}-2`;

/** How a server answers, down to the bytes. */
export interface Reply {
  status?: number;
  headers?: Record<string, string | string[]>;
  /** Texts and buffers are sent as they are, all else as JSON. */
  body?: unknown;
  /** `early`: 102 and 103 come first. `cut`: the connection breaks in the midst. `endless`: the body goes on. */
  manner?: 'early' | 'cut' | 'endless';
}

/** Tokens, lives in seconds. What is not named must not be there. */
export interface Tokens {
  access?: string;
  refresh?: string;
  type?: string;
  life?: number;
  renewIn?: number;
  refreshLife?: number;
  scopes?: string[];
}

/** An error; that the request was sent is understood. */
export interface Refusal {
  code: string;
  status?: number;
  retryAfterMs?: number;
  description?: string;
}

export type Outcome = Tokens | Refusal;

/** What it is, the reply, what oauth2() makes of it, and what microsoft() does where that differs. */
export type Row = readonly [name: string, reply: Reply, outcome: Outcome, microsoft?: Outcome];

export const FULL = { token_type: 'Bearer', access_token: ACCESS, refresh_token: REFRESH, expires_in: 3600 };
export const GOT: Tokens = { access: ACCESS, refresh: REFRESH, type: 'Bearer', life: 3600 };

/** A good reply, with these members in place of its own. */
export const full = (changes: Record<string, unknown> = {}): Reply => ({ body: { ...FULL, ...changes } });

/** The outcome of a good reply without these. */
export function without(...names: (keyof Tokens)[]): Tokens {
  return Object.fromEntries(
    Object.entries(GOT).filter(([name]) => !names.includes(name as keyof Tokens)),
  ) as Tokens;
}

export const senseless = (status = 200): Refusal => ({ code: 'invalid_response', status });
