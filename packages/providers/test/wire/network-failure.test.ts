import { expect, test } from 'vitest';
import { networkFailure } from '../../src/wire/network-failure.ts';

const calm = new AbortController().signal;
const failed = (cause: unknown) => new TypeError('fetch failed', { cause });
const systemError = (code: string, syscall: string) => Object.assign(new Error(code), { code, syscall });

test('a failure to connect proves that nothing was sent, whatever its code', () => {
  expect(networkFailure(failed(systemError('EHOSTUNREACH', 'connect')), calm)).toMatchObject({ sent: false });
  expect(networkFailure(failed(systemError('EHOSTUNREACH', 'write')), calm)).toMatchObject({ sent: true });
});

test('of several addresses each must prove it', () => {
  const refused = systemError('ECONNREFUSED', 'connect');
  const timedOut = systemError('ETIMEDOUT', 'connect');
  expect(networkFailure(failed(new AggregateError([refused, timedOut])), calm)).toMatchObject({
    sent: false,
  });
  const reset = systemError('ECONNRESET', 'read');
  expect(networkFailure(failed(new AggregateError([refused, reset])), calm)).toMatchObject({ sent: true });
});

test.each([
  ['407', false, /the proxy wants a name and a password \(HTTP 407\) \(as\.example\)/],
  ['403', false, /the proxy opens no way to it \(HTTP 403\)/],
  ['503', true, /the proxy opens no way to it \(HTTP 503\)/],
])('a proxy that answers %s opened no tunnel: nothing was sent', (status, retryable, words) => {
  const message = `Proxy response (${status}) !== 200 when HTTP Tunneling`;
  const aborted = Object.assign(new Error(message), { name: 'AbortError', code: 'UND_ERR_ABORTED' });
  const cause = failed(new Error('Request was cancelled.', { cause: aborted }));
  const error = networkFailure(cause, calm, { url: 'https://as.example/token', hasAnswered: false });
  expect(error).toMatchObject({
    code: 'network',
    sent: false,
    retryable,
    message: expect.stringMatching(words),
  });
  const other = Object.assign(new Error(`${message} with more`), { code: 'UND_ERR_ABORTED' });
  expect(networkFailure(failed(other), calm)).toMatchObject({ sent: true });
});

test('what proves nothing counts as sent', () => {
  const circular = new Error('round and round');
  circular.cause = circular;
  for (const cause of [undefined, null, 'text', new Error('?'), circular, new AggregateError([])]) {
    expect(networkFailure(cause, calm)).toMatchObject({ code: 'network', sent: true });
  }
});

test('an aborted signal makes it a time-out', () => {
  expect(networkFailure(new Error('aborted'), AbortSignal.abort())).toMatchObject({
    code: 'timeout',
    sent: true,
  });
});

test.each([
  ['ERR_TLS_CERT_ALTNAME_INVALID', false],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', false],
  ['ERR_SSL_TLSV1_ALERT_ACCESS_DENIED', true],
])('%s while TLS is set up: may the request have arrived? %s', (code, sent) => {
  expect(networkFailure(failed(Object.assign(new Error(code), { code })), calm)).toMatchObject({ sent });
});
