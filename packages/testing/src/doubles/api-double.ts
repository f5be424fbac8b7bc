import type { DoubleVerdict } from './double-tokens.ts';

/** Answers a request that bears a good token. */
export type ApiAnswer = (request: Request) => Response | Promise<Response>;

/**
 * A `fetch` that stands for an API and sends nothing: a request without a good token is answered 401, as RFC 6750 has it, and
 * every other by `answer`.
 */
export function apiDouble(
  judge: (token: string) => DoubleVerdict,
  answer: ApiAnswer,
  onRejection: () => void,
): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const token = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    const verdict = token === undefined ? 'missing' : judge(token);
    if (verdict === 'valid') return answer(request);
    onRejection();
    // Without a token, no error is named (section 3.1).
    const challenge =
      verdict === 'missing'
        ? 'Bearer'
        : `Bearer error="invalid_token", error_description="The token is ${verdict}"`;
    return new Response(null, { status: 401, headers: { 'www-authenticate': challenge } });
  };
}
