import { TokenEndpointError } from '@everbearer/core';

/** Which address was asked, and what is known of it. */
export interface Asked {
  /** The address. */
  url: string;
  /** Whether a server has ever answered there. Default: that is not known, and it may have. */
  hasAnswered?: boolean | undefined;
  /** The option that gives the address, for the remedy. */
  option?: string | undefined;
}

/**
 * What a rejected `fetch` means: `timeout` if the signal ended it, else `network`. `sent` is false only if the failure
 * itself proves that no byte of the request left: the host has no address, the connection failed, or the certificate
 * was refused. A refresh token that may have left may have been spent. The description names the host, and the code of the
 * failure; where no server ever answered and waiting does not change it, the error is not `retryable`.
 */
export function networkFailure(cause: unknown, signal: AbortSignal, asked?: Asked): TokenEndpointError {
  const host = hostOf(asked?.url);
  if (signal.aborted) {
    const description = host && `no answer came from ${host}`;
    return new TokenEndpointError({ code: 'timeout', description });
  }
  const code = codeOf(cause);
  if (isMalformed(cause)) return noHttp(cause, host, asked?.option);
  const sent = !neverLeft(cause);
  const refusal = proxyRefusal(cause);
  const isLasting =
    !sent && asked?.hasAnswered === false && (LASTING.test(code ?? '') || /^4/.test(refusal ?? ''));
  const check = asked?.option && isLasting ? `; check \`${asked.option}\`` : '';
  const said = refusal ? proxyWords(refusal) : code && faultIn(cause);
  const description = host ? `${said || unsaid(cause)} (${host})${check}` : said;
  return new TokenEndpointError({
    code: 'network',
    sent,
    description,
    cause,
    ...(isLasting && { retryable: false }),
  });
}

/** The code of a failure, and what it means. */
export function faultIn(cause: unknown): string {
  const code = codeOf(cause);
  if (code !== undefined) return [code, wordsFor(code)].filter(Boolean).join(', ');
  return isMalformed(cause) ? 'no HTTP/1.1' : 'the connection failed';
}

/** The runtime says nothing of a reply that asks for a password of the proxy. */
function unsaid(cause: unknown): string {
  const { message } = ((cause as Fault | undefined)?.cause ?? {}) as { message?: unknown };
  const isSilent = message === '' || message === 'proxy authentication required';
  return isSilent
    ? 'the connection failed, as it does where a proxy wants a password (status 407)'
    : 'the connection failed';
}

/** Something answered, and it was no HTTP, or not what its headers say: a wrong port, or a server that waiting does not mend. */
export function isMalformed(error: unknown, depth = 0): boolean {
  if (!isFault(error) || depth > SEARCH_DEPTH) return false;
  const { code, name, cause } = error;
  const isOurs = name === 'HTTPParserError' || (typeof code === 'string' && MALFORMED.test(code));
  return isOurs || isMalformed(cause, depth + 1);
}

/** Of the parser of HTTP, and of what unpacks gzip, brotli and zstd. */
const MALFORMED =
  /^(HPE_[A-Z_]+|UND_ERR_HEADERS_OVERFLOW|InvalidHTTPResponse|Z_[A-Z_]+|ERR__ERROR_[A-Z_\d]+|ERR_(BROTLI|ZLIB)_[A-Z_]+|ZSTD_\w+|ZlibError|BrotliDecompressionError|ZstdDecompressionError)$/;

function noHttp(cause: unknown, host: string | undefined, option: string | undefined): TokenEndpointError {
  const code = codeOf(cause);
  const where = [host, code].filter(Boolean).join(', ');
  const check = option === undefined ? '' : `; check the port in \`${option}\``;
  const description = `what came is no answer in HTTP/1.1${where && ` (${where})`}${check}`;
  return new TokenEndpointError({ code: 'invalid_response', retryable: false, description, cause });
}

/** Errors that can only come from looking up the host, from connecting, or from checking the certificate. */
const BEFORE_THE_REQUEST =
  /^(ENOTFOUND|EAI_[A-Z]+|ECONNREFUSED|ConnectionRefused|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_CERT_[A-Z_]+|CERT_[A-Z_]+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_[A-Z_]+|HOSTNAME_MISMATCH|INVALID_CA|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST))$/;

/** Of these, what waiting alone does not change: there is no such host, or it is not who it should be. */
const LASTING =
  /^(ENOTFOUND|ERR_TLS_CERT_[A-Z_]+|CERT_[A-Z_]+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_[A-Z_]+|HOSTNAME_MISMATCH|INVALID_CA|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST))$/;

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^ENOTFOUND$/, 'there is no such host'],
  [/^EAI_/, 'the host could not be looked up'],
  [/^(ECONNREFUSED|ConnectionRefused)$/, 'nobody listens there'],
  [/^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/, 'nobody answered there'],
  [/^(EHOSTUNREACH|ENETUNREACH|ENETDOWN)$/, 'there is no way to it'],
  [/^(ECONNRESET|UND_ERR_SOCKET|EPIPE|ConnectionClosed)$/, 'the connection broke'],
  [/^CERT_HAS_EXPIRED$/, 'its certificate has expired'],
  [/^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/, 'its certificate is for another host'],
  [
    /CERT|INVALID_CA|UNABLE_TO_/,
    'its certificate is not trusted here (a proxy of your company? NODE_EXTRA_CA_CERTS)',
  ],
  [/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/, 'it does not speak TLS there'],
];

const wordsFor = (code: string) => WORDS.find(([pattern]) => pattern.test(code))?.[1];

const SEARCH_DEPTH = 5;

interface Fault {
  name?: unknown;
  code?: unknown;
  message?: unknown;
  syscall?: unknown;
  errors?: unknown;
  cause?: unknown;
}

const isFault = (error: unknown): error is Fault => typeof error === 'object' && error !== null;

/**
 * With which status a proxy refused to open a tunnel, as undici says it. It has a code of its own for that no more than for
 * anything else that ends a request: the words tell it.
 */
function proxyRefusal(error: unknown, depth = 0): string | undefined {
  if (!isFault(error) || depth > SEARCH_DEPTH) return undefined;
  const [, status] = NO_TUNNEL.exec(typeof error.message === 'string' ? error.message : '') ?? [];
  return status ?? proxyRefusal(error.cause, depth + 1);
}

const NO_TUNNEL = /^Proxy response \((\d{3})\) !== 200 when HTTP Tunneling$/;

function proxyWords(status: string): string {
  if (status === '407') return 'the proxy wants a name and a password (HTTP 407)';
  return `the proxy opens no way to it (HTTP ${status})`;
}

/** The reason is at the end of the chain of causes. If several addresses were tried, each failure must prove it. */
function neverLeft(error: unknown, depth = 0): boolean {
  if (!isFault(error) || depth > SEARCH_DEPTH) return false;
  const { code, syscall, errors, cause } = error;
  if (proxyRefusal(error) !== undefined) return true;
  if (Array.isArray(errors) && errors.length > 0) return errors.every((each) => neverLeft(each, depth + 1));
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
  if (typeof code === 'string' && BEFORE_THE_REQUEST.test(code)) return true;
  return neverLeft(cause, depth + 1);
}

/** The innermost code of a system or of TLS. */
export function codeOf(error: unknown, depth = 0): string | undefined {
  if (!isFault(error) || depth > SEARCH_DEPTH) return undefined;
  const { code, errors, cause } = error;
  const inner =
    codeOf(cause, depth + 1) ?? (Array.isArray(errors) ? codeOf(errors[0], depth + 1) : undefined);
  return inner ?? (typeof code === 'string' && /^\w{3,64}$/.test(code) ? code : undefined);
}

function hostOf(url: string | undefined): string | undefined {
  try {
    return url === undefined ? undefined : new URL(url).host;
  } catch {
    return undefined;
  }
}
