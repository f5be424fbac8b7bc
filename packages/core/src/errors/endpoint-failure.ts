import { AuthError, type AuthErrorOptions } from './auth-error.ts';
import type { TokenEndpointErrorCode } from './error-codes.ts';
import { isNotNow } from './not-now.ts';
import { oneLine } from './one-line.ts';
import type { ReplyMeaning } from './reply-meaning.ts';

/** What a `TokenEndpointError` is made of: a refusal or a failure of the token endpoint, as a provider reports it. */
export interface TokenEndpointErrorOptions {
  /** The `error` of the reply (RFC 6749 section 5.2), or `network`, `timeout`, `invalid_response`. */
  code: TokenEndpointErrorCode | (string & {});
  /** What answered, or was asked, where it is another one: `device authorization endpoint`. Default: `token endpoint`. */
  endpoint?: string | undefined;
  /** The HTTP status, where there was a reply. Default: none. */
  status?: number | undefined;
  /** Whether the request can have reached the authorization server. Default: true, the careful assumption. */
  sent?: boolean | undefined;
  /**
   * With `invalid_grant`: the refusal is about the moment and not about the refresh token, which may work again (conditional
   * access, a second factor, consent that is still to be given). It is asked again after a pause. Default: false, the refresh
   * token is refused for good.
   */
  passes?: boolean | undefined;
  /** What `Retry-After` asked for, in milliseconds from now. Default: nothing was asked for. */
  retryAfterMs?: number | undefined;
  /**
   * The reply's `error_description`. Control characters and `secrets` are taken out, and 200 characters are kept. Default:
   * none.
   */
  description?: string | undefined;
  /** Whether the same request may succeed later, without anybody changing anything. Default: as the code and the status say. */
  retryable?: boolean | undefined;
  /** Values that the code or the description may quote and that must not be in the message. Default: none. */
  secrets?: readonly (string | undefined)[] | undefined;
  /** The error that this one came from; of errors that are not ours, only name and code are kept. Default: none. */
  cause?: unknown;
}

/** What such an error is made of, in words that hold no secret. */
export type EndpointFailureOptions = Omit<TokenEndpointErrorOptions, 'secrets'>;

/**
 * A `TokenEndpointError` as core itself makes it, of its own words and of those in a record: no secret is among them. It is
 * known as one wherever errors are told apart. The class that users and providers have finds secrets in what a server said,
 * besides, and a program without a provider does not carry that.
 */
export class EndpointFailure extends AuthError {
  static override readonly kind = 'TokenEndpointError';
  /** As it is printed. */
  static override readonly name = 'TokenEndpointError';
  declare readonly status: number | undefined;
  declare readonly sent: boolean;
  declare readonly passes: boolean;
  declare readonly retryAfterMs: number | undefined;
  declare readonly description: string | undefined;

  constructor(options: EndpointFailureOptions) {
    const words = endpointWords(options);
    super(words);
    Object.assign(this, words.members);
  }
}

/** On a `TokenEndpointError` of a provider: what only its class knows. */
export const SAID: unique symbol = Symbol.for('everbearer.said');

/** An error that may bear words of a server. */
export interface SaidByServer {
  [SAID]?:
    | {
        /** What the reply means for the stored tokens. */
        readonly meaning: ReplyMeaning;
        /** Makes the same error without these secrets. */
        without(secrets: readonly (string | undefined)[]): EndpointFailure;
      }
    | undefined;
}

type Members = Pick<EndpointFailure, 'status' | 'sent' | 'passes' | 'retryAfterMs' | 'description'>;

/** What such an error tells: its message is what was answered, and the remedy. */
export function endpointWords(options: EndpointFailureOptions): AuthErrorOptions & { members: Members } {
  const { status, sent = true, passes = false, retryAfterMs, cause, endpoint = 'token endpoint' } = options;
  const code = isCode(options.code) ? options.code : 'invalid_response';
  const description = oneLine(options.description);
  const said = description ? `: ${description}` : '';
  const retryable = options.retryable ?? mayPass(code, status);
  const remedy = passes ? PERSON_REMEDY : (REMEDIES[code] ?? (retryable ? LATER_REMEDY : OPTIONS_REMEDY));
  const told = `${headFor(code, status, sent, retryAfterMs)}${said}${endOf(said)} ${remedy}`;
  const message = told.replaceAll('token endpoint', endpoint);
  return { code, message, cause, retryable, members: { status, sent, passes, retryAfterMs, description } };
}

/** Whether a text can stand as a code, by its characters. */
export function isCode(text: string): boolean {
  return /^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,64}$/.test(text);
}

/** What fails for a while, and what is only asked too early. */
function mayPass(code: string, status = 0): boolean {
  const words = /^(network|timeout|server_error|temporarily_unavailable|slow_down|authorization_pending)$/;
  return status >= 500 || isNotNow(status) || words.test(code);
}

/** What happened, before the details. Where no answer came, none is spoken of. */
function headFor(code: string, status: number | undefined, sent: boolean, waitMs?: number): string {
  const told = status === undefined ? '' : ` (status ${status})`;
  if (code === 'network') {
    // While a pause stands, nothing is known of whether the request before it left.
    const isLost = sent || waitMs;
    const where = status ? `answered${told}, and` : 'could not be reached, or';
    return `The token endpoint ${isLost ? `${where} its answer was lost` : 'could not be reached'}`;
  }
  if (code === 'timeout' && sent) return 'The token endpoint gave no answer in time';
  if (status === undefined && !sent) return `Nothing was sent to the token endpoint (${code})`;
  return `The token endpoint ${sent ? '' : 'has '}answered ${code}${told}`;
}

const endOf = (text: string) => (text.endsWith('.') ? '' : '.');

const NETWORK_REMEDY =
  'Check that the token endpoint can be reached from this machine; the stored tokens are kept.';

const CLIENT_REMEDY =
  'Check the client id and the client authentication of the provider; the stored tokens are kept.';

const PERSON_REMEDY =
  'A person or an administrator must act at the server, or sign in again; the stored tokens are kept and tried again later.';

const LATER_REMEDY = 'The stored tokens are kept; try again later.';

const OPTIONS_REMEDY = 'Check the options of the provider; the stored tokens are kept.';

const REMEDIES: Record<string, string> = {
  network: NETWORK_REMEDY,
  timeout: NETWORK_REMEDY,
  invalid_response: 'Check that the configured address is a token endpoint; the stored tokens are kept.',
  invalid_client: CLIENT_REMEDY,
  unauthorized_client: CLIENT_REMEDY,
  invalid_scope: 'Check the scopes asked for; the stored tokens are kept.',
  invalid_grant: 'Sign in again and hand the tokens to signIn().',
  interaction_required: PERSON_REMEDY,
  consent_required: PERSON_REMEDY,
  login_required: PERSON_REMEDY,
  mfa_required: PERSON_REMEDY,
};
