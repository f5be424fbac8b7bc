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
