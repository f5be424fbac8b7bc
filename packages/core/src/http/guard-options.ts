import { ConfigurationError } from '../errors/configuration-error.ts';
import type { AuthEventListener } from '../events.ts';
import type { TokenSource } from '../token.ts';
import type { OriginRules } from './origins.ts';

/** What one call may say of its authorization. */
export interface CallAuth {
  /** Whose token; for a source that is a function of the call. */
  account?: string;
  /** Which scopes the token must be for. */
  scopes?: readonly string[];
}

/** The call as a source function sees it, with the final URL. */
export interface SourceCall {
  url: string;
  method: string;
  account?: string;
  scopes?: readonly string[];
}

export type TokenSourceLike = TokenSource | ((call: SourceCall) => TokenSource);

export interface GuardOptions extends OriginRules {
  /** The scopes of every ask that names none. Default: the source's own. */
  scopes?: readonly string[];
  /** A request to another origin: refuse it (default), or let it pass without a token. */
  onForeignOrigin?: 'throw' | 'pass';
  /**
   * Whether a response rejects the token. Default: status 401. It is not asked about responses of success, and
   * those never wait for it. To read the body, read `response.clone()`.
   */
  isRejected?: (response: Response) => boolean | Promise<boolean>;
  onEvent?: AuthEventListener;
}

/** @throws {ConfigurationError} that names the option and the remedy */
export function checkGuardOptions(source: TokenSourceLike, options: GuardOptions): void {
  const isSource = typeof (source as TokenSource)?.getToken === 'function';
  if (typeof source !== 'function' && !isSource) {
    throw new ConfigurationError({
      option: 'source',
      message:
        'The source must be a TokenSource (createTokenManager, staticTokenSource) or a function (call) => TokenSource.',
    });
  }
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError({
      option: 'origins',
      message: "Options are needed: { origins: ['https://graph.microsoft.com'] }.",
    });
  }
  const { onForeignOrigin, isRejected, scopes, allowPlainHttp, onEvent } = options;
  if (allowPlainHttp !== undefined && typeof allowPlainHttp !== 'boolean') {
    throw new ConfigurationError({
      option: 'allowPlainHttp',
      message: '`allowPlainHttp` must be true or false.',
    });
  }
  if (onEvent !== undefined && typeof onEvent !== 'function') {
    throw new ConfigurationError({
      option: 'onEvent',
      message: '`onEvent` must be a function (event) => void.',
    });
  }
  if (onForeignOrigin !== undefined && onForeignOrigin !== 'throw' && onForeignOrigin !== 'pass') {
    throw new ConfigurationError({
      option: 'onForeignOrigin',
      message: "`onForeignOrigin` must be 'throw' or 'pass'.",
    });
  }
  if (isRejected !== undefined && typeof isRejected !== 'function') {
    throw new ConfigurationError({
      option: 'isRejected',
      message: '`isRejected` must be a function (response) => boolean.',
    });
  }
  if (
    scopes !== undefined &&
    !(Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string'))
  ) {
    throw new ConfigurationError({
      option: 'scopes',
      message: '`scopes` must be a list of texts, one scope each.',
    });
  }
}
