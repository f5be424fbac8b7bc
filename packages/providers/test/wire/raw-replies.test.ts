import { type AddressInfo, createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { memoryBackend } from '@everbearer/backends/memory';
import { type AuthError, createTokenManager } from '@everbearer/core';
import { microsoft } from '@everbearer/providers/microsoft';
import { oauth2 } from '@everbearer/providers/oauth2';
import { describe, expect, onTestFinished, test } from 'vitest';
import { captured, expectNoSecret } from '../support/captured-error.ts';

const REFRESH_TOKEN = 'rt-canary-of-raw-replies';
const JSON_TYPE = { 'content-type': 'application/json' };
const TOKENS = '{"access_token":"at-1","token_type":"Bearer","expires_in":3600,"refresh_token":"rt-2"}';

/** A reply, byte for byte. */
function reply(status: string, headers: Record<string, string>, body: string | Buffer): Buffer {
  const all = { 'content-length': `${Buffer.byteLength(body)}`, connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`), Buffer.from(body)]);
}

/** A server that sends these bytes to whoever has sent a whole request. */
async function rawServer(bytes: Buffer | string) {
  let asked = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let text = '';
    let isAnswered = false;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (part) => {
      text += part;
      const head = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (isAnswered || head < 0 || text.length < head + 4 + length) return;
      isAnswered = true;
      asked++;
      socket.end(bytes);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, asked: () => asked };
}

async function managerAt(host: string) {
  const provider = oauth2({ tokenEndpoint: `http://${host}/token`, clientId: 'client-1', scopes: ['mail'] });
  const manager = createTokenManager({ provider, backend: memoryBackend() });
  onTestFinished(() => manager.close());
  await manager.signIn({ refreshToken: REFRESH_TOKEN });
  return manager;
}

describe('what waiting does not mend is told at once, after one request', () => {
  test.each<[string, Buffer | string, string[]]>([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', ['no answer in HTTP/1.1', '`tokenEndpoint`']],
    [
      'TLS in place of HTTP',
      Buffer.from([0x15, 3, 1, 0, 2, 2, 0x46]),
      ['no answer in HTTP/1.1', '`tokenEndpoint`'],
    ],
    [
      'gzip that is none',
      reply('200 OK', { ...JSON_TYPE, 'content-encoding': 'gzip' }, TOKENS),
      ['status 200', 'cannot be read', 'not what its headers say'],
    ],
    [
      'a refusal in gzip that is none',
      reply('400 Bad Request', { ...JSON_TYPE, 'content-encoding': 'gzip' }, '{"error":"invalid_grant"}'),
      ['status 400', 'cannot be read'],
    ],
    [
      'a chunk without a length',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-type: application/json\r\n\r\nzz\r\n{"acc',
      ['status 200', 'cannot be read'],
    ],
    ['a method that is not implemented', reply('501 Not Implemented', {}, ''), ['status 501']],
    [
      'tokens one level down',
      reply('200 OK', JSON_TYPE, `{"data":${TOKENS}}`),
      ['`data.access_token`', '`readReply`'],
    ],
    ['tokens in a list', reply('200 OK', JSON_TYPE, `[${TOKENS}]`), ['`[0].access_token`', '`readReply`']],
    [
      'tokens in camel case',
      reply('200 OK', JSON_TYPE, '{"accessToken":"at-1","expiresIn":3600}'),
      ['`accessToken`', '`readReply`'],
    ],
    [
      'an access token that is a number',
      reply('200 OK', JSON_TYPE, '{"access_token":12345}'),
      ['`access_token` of the reply is no text'],
    ],
    [
      'tokens behind a guard against inclusion',
      reply('200 OK', JSON_TYPE, `)]}',\n${TOKENS}`),
      ['neither JSON nor a form', '`readReply`'],
    ],
    [
      'words of its own',
      reply('200 OK', JSON_TYPE, '{"success":false,"message":"Bad token, sorry"}'),
      ['Bad token, sorry', '`refusal`'],
    ],
    [
      'a list of FastAPI',
      reply('422 Unprocessable', JSON_TYPE, '{"detail":[{"loc":["body","scope"],"msg":"field required"}]}'),
      ['field required'],
    ],
    ['plain text', reply('400 Bad Request', {}, 'No such tenant.'), ['It says: No such tenant.']],
    ['nothing', reply('400 Bad Request', {}, ''), ['is empty', '`refusal`']],
    [
      'a sentence in place of a code',
      reply(
        '400 Bad Request',
        JSON_TYPE,
        JSON.stringify({ error: `Your plan has ended. ${'Ask us. '.repeat(9)}` }),
      ),
      ['Your plan has ended.'],
    ],
    [
      'XML',
      reply('400 Bad Request', { 'content-type': 'application/xml' }, '<?xml version="1.0"?><OAuth/>'),
      ['neither JSON nor a form (application/xml)'],
    ],
    [
      'an empty 401 that wants Basic',
      reply('401 Unauthorized', { 'www-authenticate': 'Basic realm="x"' }, ''),
      ['invalid_client', 'Check the client id'],
    ],
    [
      'a 401 whose header says more',
      reply(
        '401 Unauthorized',
        {
          'www-authenticate': 'Basic realm="x", error="invalid_client", error_description="bad \\"secret\\""',
        },
        '',
      ),
      ['invalid_client', 'bad "secret"'],
    ],
  ])('%s', async (_name, bytes, words) => {
    const server = await rawServer(bytes);
    const manager = await managerAt(server.host);
    const since = performance.now();
    const error = (await captured(manager.getToken())) as AuthError;
    expect(performance.now() - since).toBeLessThan(1_000);
    expect(error).toMatchObject({ name: 'TokenEndpointError', retryable: false });
    for (const word of words) expect(error.message).toContain(word);
    expectNoSecret(error, REFRESH_TOKEN, 'at-1', 'rt-2');
    expect(server.asked()).toBe(1);
  });
});

describe('a dead refresh token is found', () => {
  test.each<[string, Buffer]>([
    ['in capitals', reply('400 Bad Request', JSON_TYPE, '{"error":"INVALID_GRANT"}')],
    ['below `error`', reply('400 Bad Request', JSON_TYPE, '{"error":{"code":"invalid_grant"}}')],
    ['in plain text', reply('400 Bad Request', { 'content-type': 'text/plain' }, 'invalid_grant')],
    [
      'in a sentence of plain text',
      reply('401 Unauthorized', { 'content-type': 'text/plain' }, 'The refresh token has expired.'),
    ],
    ['in words', reply('400 Bad Request', JSON_TYPE, '{"error":"Invalid Grant"}')],
    [
      'in the header of an empty 401',
      reply(
        '401 Unauthorized',
        { 'www-authenticate': 'Bearer error="invalid_token", error_description="The refresh token expired"' },
        '',
      ),
    ],
    [
      'in a refusal whose connection breaks behind the last brace',
      reply('400 Bad Request', { ...JSON_TYPE, 'content-length': '500' }, '{"error":"invalid_grant"}'),
    ],
  ])('%s', async (_name, bytes) => {
    const server = await rawServer(bytes);
    const manager = await managerAt(server.host);
    expect(await captured(manager.getToken())).toMatchObject({
      name: 'ReauthorizationRequiredError',
      cause: { code: 'invalid_grant' },
    });
    expect(server.asked()).toBe(1);
  });
});

test.each([
  ['a length that is too long', reply('200 OK', { ...JSON_TYPE, 'content-length': '500' }, TOKENS)],
  [
    'no last chunk',
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${TOKENS.length.toString(16)}\r\n${TOKENS}`,
  ],
  ['HTTP/1.0 without a length', `HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n${TOKENS}`],
  ['gzip without its end', reply('200 OK', { 'content-encoding': 'gzip' }, gzipSync(TOKENS).subarray(0, -8))],
])('whole tokens are taken from a reply with %s', async (_name, bytes) => {
  const server = await rawServer(Buffer.from(bytes));
  const manager = await managerAt(server.host);
  expect((await manager.getToken()).token).toBe('at-1');
  expect(server.asked()).toBe(1);
});

test('a success that breaks off is said to be one, also while it is not asked again', async () => {
  const server = await rawServer(
    reply('200 OK', { ...JSON_TYPE, 'content-length': '500' }, TOKENS.slice(0, 30)),
  );
  const manager = await managerAt(server.host);
  const error = (await captured(manager.getToken({ signal: AbortSignal.timeout(1_500) }))) as AuthError;
  const { lastFailure } = await manager.status();
  const words = 'The token endpoint answered (status 200), and its answer was lost';
  expect(lastFailure).toMatchObject({ code: 'network', status: 200 });
  expect(lastFailure?.message).toContain(words);
  expectNoSecret(error, REFRESH_TOKEN);
});

test.each<[string, Buffer, string]>([
  ['an empty 400', reply('400 Bad Request', {}, ''), 'the reply is empty'],
  ['words of its own', reply('200 OK', JSON_TYPE, '{"message":"no"}'), 'It says: no'],
  ['tokens below', reply('200 OK', JSON_TYPE, `{"data":${TOKENS}}`), '`data.access_token`'],
])('microsoft() names no option that it does not have, at %s', async (_name, bytes, words) => {
  const { host } = await rawServer(bytes);
  const endpoints = { token: `http://${host}/t/oauth2/v2.0/token` };
  const provider = microsoft({ tenantId: 't.example', clientId: 'c', scopes: ['Mail.Read'], endpoints });
  const asked = { scopes: ['Mail.Read'], signal: AbortSignal.timeout(5_000) };
  const error = (await captured(provider.refresh({ refreshToken: REFRESH_TOKEN }, asked))) as AuthError;
  expect(error.message).toContain(words);
  expect(error.message).not.toMatch(/`(refusal|readReply)`/);
});

test('a status that is no success hides no token of a wrong kind', async () => {
  const { host } = await rawServer(reply('600 Weird', JSON_TYPE, '{"access_token":"at-1"}'));
  const manager = await managerAt(host);
  const error = (await captured(manager.getToken())) as AuthError;
  expect(error.message).toContain('status 600');
  expect(error.message).not.toContain('no text');
});
