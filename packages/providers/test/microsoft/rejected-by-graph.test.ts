import { createAuthFetch } from '@everbearer/core';
import { countingSource } from '@everbearer/far-end/support/counting-source';
import { type Answer, recordingServer } from '@everbearer/far-end/support/recording-server';
import { rejectedByGraph } from '@everbearer/providers/microsoft';
import { describe, expect, test } from 'vitest';

/** A server that answers so, and a fetch whose source counts. */
async function setUp(answer: Answer) {
  const server = await recordingServer(answer);
  const authFetch = createAuthFetch(countingSource(), { origins: [server.url], isRejected: rejectedByGraph });
  return { server, authFetch, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

describe('rejectedByGraph', () => {
  const expired = '{"error":{"code":"","message":"No authorization information present on the request."}}';
  const missing = '{"error":{"code":"Forbidden","message":"Missing role permissions on the request."}}';
  const json = 'application/json; charset=utf-8';
  const answering =
    (status: number, type: string, body: string): Answer =>
    ({ authorization }, response) => {
      if (authorization === 'Bearer t2') return;
      response.writeHead(status, { 'content-type': type }).end(body);
    };

  test.each<[string, number, string, string, string[]]>([
    ['a 401', 401, 'text/plain', '', ['Bearer t1', 'Bearer t2']],
    ['a 403 that means an expired token', 403, json, expired, ['Bearer t1', 'Bearer t2']],
    [
      'a 403 with the code of a bad token',
      403,
      json,
      '{"error":{"code":"InvalidAuthenticationToken"}}',
      ['Bearer t1', 'Bearer t2'],
    ],
    ['a 403 for a missing permission', 403, json, missing, ['Bearer t1']],
    ['a 403 that is no JSON', 403, 'text/html', expired, ['Bearer t1']],
    ['a 403 with broken JSON', 403, json, expired.slice(1), ['Bearer t1']],
    ['a 403 whose body is null', 403, json, 'null', ['Bearer t1']],
    ['a 403 of 1 MB', 403, json, `${' '.repeat(1e6)}${expired}`, ['Bearer t1']],
    ['a 404 with the same words', 404, json, expired, ['Bearer t1']],
  ])('%s', async (_name, status, type, body, sent) => {
    await using world = await setUp(answering(status, type, body));
    const response = await world.authFetch(world.server.url);
    expect(world.server.authorizations).toEqual(sent);
    expect(await response.text()).toBe(sent.length === 1 ? body : 'ok');
  });

  test('keeps no response waiting for its body', async () => {
    await using world = await setUp((_seen, response) => {
      response.write('first');
      response.statusCode = 599; // Left open.
    });
    const response = await world.authFetch(world.server.url);
    const { value } = (await response.body?.getReader().read()) ?? {};
    expect(new TextDecoder().decode(value)).toBe('first');
  });
});
