/** What goes wrong with one token request. All of it is JSON, so another process can ask for it. */
export type Trouble = TroubleKind & {
  /** Only for requests of this grant; `revocation` is the revocation endpoint. Default: any token request. */
  grant?:
    | 'device_code'
    | 'authorization_code'
    | 'refresh_token'
    | 'client_credentials'
    | 'revocation'
    | undefined;
};

/** The troubles that there are. */
export type TroubleKind =
  /** 503 (or `status`) with an OAuth error; `asDate` writes Retry-After as an HTTP date. */
  | {
      kind: 'unavailable';
      status?: number | undefined;
      retryAfterSeconds?: number | undefined;
      asDate?: boolean | undefined;
    }
  /** 500 with JSON that has no `error`. */
  | { kind: 'server_error' }
  /** A gateway's 502 page. */
  | { kind: 'html' }
  /** 200 with `{}`. */
  | { kind: 'empty' }
  /** No answer until the client gives up; with `ms`, the ordinary reply after that many milliseconds. */
  | { kind: 'hang'; ms?: number | undefined }
  /** The connection is reset; `processed`: after the tokens were issued, so nobody receives them. */
  | { kind: 'reset'; processed?: boolean | undefined }
  /** The request is processed, and half of the JSON arrives. */
  | { kind: 'truncated' }
  /** An OAuth error; `spends`: the request is processed first, so that a rotated token is lost. */
  | ({ kind: 'error'; spends?: boolean | undefined } & ScriptedError)
  /** Exactly this reply; `spends`: the request is processed first, so that a rotated token is lost. */
  | {
      kind: 'reply';
      status: number;
      body: string;
      headers?: Record<string, string> | undefined;
      spends?: boolean | undefined;
    }
  /** No trouble: one request passes. */
  | { kind: 'pass' };

/** What a scripted OAuth error says. */
export interface ScriptedError {
  /** The `error` of the reply. */
  error: string;
  /** HTTP status. Default 400. */
  status?: number | undefined;
  /** The AADSTS number in the description. Default 70000. */
  code?: number | undefined;
  /** Entra's `suberror`. Default none. */
  suberror?: string | undefined;
  /** A claims challenge: JSON as text. Default none. */
  claims?: string | undefined;
}
