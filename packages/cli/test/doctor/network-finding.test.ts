import { expect, test } from 'vitest';
import { clockFinding } from '../../src/doctor/check-endpoint.ts';
import { networkCode, networkFinding } from '../../src/doctor/network-finding.ts';
import { proxyFor, usesEnvProxy } from '../../src/doctor/proxy-for.ts';

const url = new URL('https://login.example.com/token');
const direct = { url, proxy: undefined, usesProxy: false, env: {} };
const PROXY = 'http://proxy.example.com:3128';

test.each([
  ['ENOTFOUND', direct, /^DNS: the name login\.example\.com/, /getent hosts login\.example\.com/],
  ['EAI_AGAIN', direct, /^DNS/, /resolv\.conf/],
  [
    'ECONNREFUSED',
    direct,
    /^Connection: login\.example\.com does not answer/,
    /curl -v https:\/\/login\.example\.com/,
  ],
  ['TimeoutError', direct, /^Connection/, /firewall/],
  ['SELF_SIGNED_CERT_IN_CHAIN', direct, /^TLS: the certificate/, /NODE_EXTRA_CA_CERTS=/],
  [
    'CERT_HAS_EXPIRED',
    direct,
    /^TLS: the certificate .* has expired/,
    /-connect login\.example\.com:443 .*-enddate/,
  ],
  ['CERT_NOT_YET_VALID', direct, /is not valid yet/, /date; openssl/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', direct, /is for another host/, /subjectAltName/],
  [
    'PROXY_REFUSED_407',
    { ...direct, proxy: PROXY, usesProxy: true },
    /HTTP 407.*name and a password/,
    /^export HTTPS_PROXY=http:\/\/USER:PASSWORD@proxy/,
  ],
  ['ERR_SSL_WRONG_VERSION_NUMBER', direct, /^TLS: .*does not speak it/, /scheme and port/],
  [
    'ECONNREFUSED',
    { ...direct, proxy: PROXY, usesProxy: true },
    /^Proxy: .*through http:\/\/proxy/,
    /NO_PROXY=login/,
  ],
  ['ENOTFOUND', { ...direct, proxy: PROXY }, /^Proxy: .*Node does not use/, /^export NODE_USE_ENV_PROXY=1$/],
])('%s', (code, way, detail, remedy) => {
  expect(networkFinding(code, way)).toEqual({
    name: 'token endpoint',
    ok: false,
    detail: expect.stringMatching(detail),
    remedy: expect.stringMatching(remedy),
  });
});

test('the proxy of an address, never with its password', () => {
  const env = {
    HTTPS_PROXY: 'http://user:secret-canary-1@proxy.example.com:3128',
    NO_PROXY: 'localhost,.internal.example.com',
  };
  expect(proxyFor(url, env)).toBe(PROXY);
  expect(proxyFor(new URL('https://a.internal.example.com'), env)).toBeUndefined();
  expect(proxyFor(new URL('http://login.example.com'), env)).toBeUndefined();
  expect(proxyFor(url, { https_proxy: PROXY, NO_PROXY: '*' })).toBeUndefined();
});

test('the variable to set is the one that Node reads', () => {
  const env = { https_proxy: PROXY, no_proxy: 'localhost' };
  const through = { url, proxy: PROXY, usesProxy: true, env };
  expect(networkFinding('PROXY_REFUSED_407', through).remedy).toMatch(/^export https_proxy=http:/);
  expect(networkFinding('ECONNREFUSED', through).remedy).toBe(
    'Correct https_proxy, or leave this host out: export no_proxy="$no_proxy,login.example.com"',
  );
});

/* Seen with Node 24.21, NODE_USE_ENV_PROXY=1 and a proxy that notes who comes. */
test.each([
  ['https://login.example.com', { HTTPS_PROXY: PROXY, NO_PROXY: 'login.example.com:443' }, undefined],
  ['https://login.example.com:8443', { HTTPS_PROXY: PROXY, NO_PROXY: 'login.example.com:443' }, PROXY],
  ['https://login.example.com', { HTTPS_PROXY: PROXY, NO_PROXY: 'Login.Example.com' }, undefined],
  ['https://example.com', { HTTPS_PROXY: PROXY, NO_PROXY: '.example.com' }, undefined],
  ['https://login.example.com', { HTTPS_PROXY: PROXY, NO_PROXY: 'example.com' }, undefined],
  ['https://notexample.com', { HTTPS_PROXY: PROXY, NO_PROXY: 'example.com' }, PROXY],
  ['https://[::1]:8443', { HTTPS_PROXY: PROXY, NO_PROXY: '::1' }, undefined],
  ['https://[::1]:8443', { HTTPS_PROXY: PROXY, NO_PROXY: '[::1]:8443' }, undefined],
  ['https://login.example.com', { HTTPS_PROXY: PROXY, NO_PROXY: 'login.example.com', no_proxy: '' }, PROXY],
  ['https://login.example.com', { HTTP_PROXY: PROXY }, PROXY],
  ['https://login.example.com', { HTTP_PROXY: PROXY, HTTPS_PROXY: '' }, PROXY],
  ['https://login.example.com', { HTTPS_PROXY: PROXY, https_proxy: '' }, undefined],
])('the proxy for %s of %j, as fetch has it: %s', (address, env, proxy) => {
  expect(proxyFor(new URL(address), env)).toBe(proxy);
});

test('a proxy without `http://`, which curl takes and Node does not', () => {
  const env = { HTTPS_PROXY: 'proxy.example.com:3128' };
  expect(proxyFor(url, env)).toBe('proxy.example.com:3128');
  const finding = networkFinding('ENOTFOUND', { url, proxy: proxyFor(url, env), usesProxy: false, env });
  expect(finding.remedy).toBe('export NODE_USE_ENV_PROXY=1 HTTPS_PROXY=http://proxy.example.com:3128');
  expect(proxyFor(url, { HTTPS_PROXY: 'user:secret-canary-1@proxy.example.com:3128' })).toBe(
    'proxy.example.com:3128',
  );
  expect(proxyFor(url, { HTTPS_PROXY: '::' })).toBeUndefined();
});

test.each([
  [{ NODE_USE_ENV_PROXY: '1' }, true],
  [{ NODE_OPTIONS: '--max-old-space-size=99 --use-env-proxy' }, true],
  [{ NODE_USE_ENV_PROXY: '0' }, false],
  [{}, false],
])('whether Node uses the proxy of %j: %s', (env, uses) => {
  expect(usesEnvProxy(env)).toBe(uses);
});

test('the code is at the end of the causes', () => {
  const cause = new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })]);
  expect(networkCode(new TypeError('fetch failed', { cause }))).toBe('ECONNREFUSED');
  expect(networkCode(new DOMException('late', 'TimeoutError'))).toBe('TimeoutError');
});

test.each([
  [0, true, /to a minute/],
  [-59_000, true, /to a minute/],
  [180_000, false, /180 s ahead of/],
  [-180_000, false, /180 s behind/],
])('a clock that is %i ms off', (skew, ok, words) => {
  const at = 1_800_000_000_000;
  const [finding] = clockFinding(new Date(at).toUTCString(), at + skew);
  expect(finding).toMatchObject({ ok, detail: expect.stringMatching(words) });
  expect(clockFinding(null, at)).toEqual([]);
  expect(clockFinding('soon', at)).toEqual([]);
});
