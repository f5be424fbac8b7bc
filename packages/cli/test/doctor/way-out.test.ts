import {
  type CompanyCa,
  companyCa,
  type Shown,
  startProxy,
  tlsBefore,
} from '@everbearer/far-end/support/way-out';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/doctor/finding.ts';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { shell } from '../support/shell.ts';

/* Proxies and certificates, met by the program as a process: Node reads both from the environment when it starts. */

const shared = sharedServer();
let ca: CompanyCa;
beforeAll(() => {
  ca = companyCa();
});
afterAll(() => ca[Symbol.dispose]());

/** A set-up whose token endpoint is at this address, with a refresh token that waits to be used. */
async function setUpAt(origin: string) {
  const { server } = shared;
  const tokenEndpoint = server.tokenEndpoint.replace(new URL(server.tokenEndpoint).origin, origin);
  const { clientId } = server;
  const provider = { kind: 'oauth2', tokenEndpoint, clientId, scopes: ['Mail.Read'] };
  const line = commandLine(server, { provider });
  const refreshToken = server.signIn().refresh_token as string;
  const env = (more: Record<string, string>) => ({ EVERBEARER_REFRESH_TOKEN: refreshToken, ...more });
  return {
    renew: (more: Record<string, string> = {}) =>
      shell(line.directory, 'everbearer renew', { env: env(more) }),
    async endpointFinding(more: Record<string, string> = {}): Promise<Finding> {
      const { out } = await shell(line.directory, 'everbearer doctor --json', { env: env(more) });
      return (JSON.parse(out) as Finding[]).find(({ name }) => name === 'token endpoint') as Finding;
    },
  };
}

describe('TLS', () => {
  const at = async (shown: Shown) => tlsBefore(new URL(shared.server.url), ca.certificate(shown));

  test('a certificate of a company is trusted once NODE_EXTRA_CA_CERTS names its authority', async () => {
    await using tls = await at('good');
    const setUp = await setUpAt(`https://localhost:${tls.port}`);
    const refused = await setUp.renew();
    expect(refused.exit).toBe(1);
    expect(refused.out).toMatch(/UNABLE_TO_VERIFY_LEAF_SIGNATURE, its certificate is not trusted here/);
    expect(await setUp.endpointFinding()).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/^TLS: the certificate of localhost:\d+ is not trusted/),
      remedy: expect.stringMatching(/NODE_EXTRA_CA_CERTS=.*--use-system-ca/),
    });
    const trusted = { NODE_EXTRA_CA_CERTS: ca.file };
    expect(await setUp.endpointFinding(trusted)).toMatchObject({ ok: true });
    expect(await setUp.renew(trusted)).toMatchObject({ exit: 0 });
  });

  test.each([
    [
      'expired',
      /CERT_HAS_EXPIRED, its certificate has expired/,
      /^TLS: .* has expired/,
      /openssl s_client -connect localhost:\d+.*-enddate/,
    ],
    [
      'other-host',
      /ERR_TLS_CERT_ALTNAME_INVALID, its certificate is for another host/,
      /^TLS: .* is for another host/,
      /openssl s_client .*subjectAltName/,
    ],
  ] as const)('a certificate that is %s', async (shown, renewal, detail, remedy) => {
    await using tls = await at(shown);
    const setUp = await setUpAt(`https://localhost:${tls.port}`);
    const trusted = { NODE_EXTRA_CA_CERTS: ca.file };
    expect((await setUp.renew(trusted)).out).toMatch(renewal);
    const finding = await setUp.endpointFinding(trusted);
    expect(finding).toMatchObject({
      ok: false,
      detail: expect.stringMatching(detail),
      remedy: expect.stringMatching(remedy),
    });
    // The command that is printed shows what is wrong with it.
    const [command = ''] = /openssl .*/.exec(finding.remedy ?? '') ?? [];
    const { out } = await shell('/', command);
    expect(out).toMatch(shown === 'expired' ? /notAfter=/ : /DNS:elsewhere\.example\.com/);
  });
});

describe('a proxy', () => {
  const through = (proxy: string) => ({
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    NO_PROXY: '',
  });

  test('is used where the environment names it, once Node is told to', async () => {
    await using proxy = await startProxy();
    const setUp = await setUpAt(new URL(shared.server.url).origin);
    expect(await setUp.endpointFinding(through(proxy.url))).toMatchObject({ ok: true });
    expect(await setUp.renew(through(proxy.url))).toMatchObject({ exit: 0 });
    expect(proxy.tunnels).toBeGreaterThan(0);
  });

  test.each([
    [
      407,
      /the proxy wants a name and a password \(HTTP 407\)/,
      /HTTP_PROXY=http:\/\/USER:PASSWORD@127\.0\.0\.1:\d+/,
    ],
    [403, /the proxy opens no way to it \(HTTP 403\)/, /NO_PROXY=127\.0\.0\.1/],
  ] as const)('that answers %i', async (status, words, remedy) => {
    await using proxy = await startProxy(status);
    const setUp = await setUpAt(new URL(shared.server.url).origin);
    const before = shared.server.counts.tokenRequests;
    expect((await setUp.renew(through(proxy.url))).out).toMatch(words);
    expect(shared.server.counts.tokenRequests).toBe(before);
    expect(await setUp.endpointFinding(through(proxy.url))).toMatchObject({
      ok: false,
      detail: expect.stringMatching(new RegExp(`^Proxy: .*HTTP ${status}`)),
      remedy: expect.stringMatching(remedy),
    });
    // What never left is not taken for lost: the same refresh token is used once the proxy is out of the way.
    expect(await setUp.renew()).toMatchObject({ exit: 0 });
  });

  test('that nobody listens at', async () => {
    const gone = await startProxy();
    await gone[Symbol.asyncDispose]();
    const setUp = await setUpAt(new URL(shared.server.url).origin);
    expect(await setUp.endpointFinding(through(gone.url))).toMatchObject({
      detail: expect.stringMatching(
        /^Proxy: .*cannot be reached through http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)/,
      ),
    });
  });
});
