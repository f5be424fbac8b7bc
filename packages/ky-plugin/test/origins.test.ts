import { createAuthFetch, staticTokenSource } from '@everbearer/core';
import { bearerAuth } from '@everbearer/ky-plugin';
import ky, { type Options } from 'ky';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Arrival, type Receivers, receivers } from './support/receivers.ts';

/* Where a token arrives, counted where it arrives: spellings of addresses, by every way a request can take. */

const TOKEN = 'a-token-to-be-looked-for';
const source = staticTokenSource(TOKEN);
const tally = { cases: 0, wrongPlace: 0, bareByMistake: 0 };

let world: Receivers;
beforeAll(async () => {
  world = await receivers();
});
afterAll(() => world[Symbol.asyncDispose]());

/** `P` and `Q` stand for the ports; tokens may go to `http://api.example:P`, `http://bücher.example:P`, `http://127.0.0.1:P`. */
const at = (text: string) => text.replaceAll(':P', `:${world.port}`).replaceAll(':Q', `:${world.otherPort}`);
const origins = () => ['http://api.example:P', 'http://bücher.example:P', 'http://127.0.0.1:P'].map(at);
const isOurs = ({ authority }: Arrival) =>
  ['api.example:P', 'xn--bcher-kva.example:P', '127.0.0.1:P'].map(at).includes(authority);

type Mode = 'throw' | 'pass';
type Way = (url: string, mode: Mode) => Promise<unknown>;

const options = (onForeignOrigin: Mode) => ({ origins: origins(), onForeignOrigin, allowPlainHttp: true });
const authFetch = (mode: Mode) => createAuthFetch(source, options(mode));
const api = (mode: Mode) =>
  ky.create({ retry: { limit: 1, delay: () => 0 } }).extend(bearerAuth(source, options(mode)));
const home = () => at('http://api.example:P/home');
const hook = (name: 'beforeRequest' | 'beforeRetry', url: string): Options => ({
  hooks: { [name]: [({ request }: { request: Request }) => new Request(url, request)] },
});

const WAYS: Readonly<Record<string, Way>> = {
  'fetch, a text': (url, mode) => authFetch(mode)(url),
  'fetch, a URL': async (url, mode) => authFetch(mode)(new URL(url)),
  'fetch, a Request': async (url, mode) => authFetch(mode)(new Request(url)),
  'ky, a text': (url, mode) => api(mode).get(url),
  'ky, a URL': async (url, mode) => api(mode).get(new URL(url)),
  'ky, a Request': async (url, mode) => api(mode)(new Request(url)),
  'ky, a base URL': (url, mode) => api(mode).extend({ baseUrl: home() }).get(url),
  'ky, moved by a hook': (url, mode) => api(mode).get(home(), hook('beforeRequest', url)),
  'ky, moved for a retry': (url, mode) =>
    api(mode).get(at('http://api.example:P/503/'), hook('beforeRetry', url)),
};

/** One case: what arrived, judged. */
async function judged(way: Way, url: string, mode: Mode): Promise<{ arrivals: Arrival[]; failure: unknown }> {
  world.take();
  let failure: unknown;
  try {
    await way(at(url), mode);
  } catch (error) {
    failure = error;
  }
  const arrivals = world.take();
  tally.cases++;
  for (const arrival of arrivals) {
    const bears = arrival.authorization !== undefined || arrival.rest.includes(TOKEN);
    if (bears && !isOurs(arrival)) tally.wrongPlace++;
    if (arrival.rest.includes(TOKEN)) tally.wrongPlace++;
    if (isOurs(arrival) && arrival.authorization !== `Bearer ${TOKEN}`) tally.bareByMistake++;
  }
  return { arrivals: arrivals.filter(({ path }) => path !== '/home' && path !== '/503/'), failure };
}

const OURS = [
  'http://api.example:P/',
  'HTTP://API.example:P/',
  'http://api.example:P',
  'http://api.example:P?http://evil.example:P/',
  'http://api.example:P#@evil.example:P/',
  'http://api.example:P/@evil.example:P/',
  'http://api.example:P//evil.example:P/',
  'http://api.example:P\\@evil.example:P/',
  'http:\\\\api.example:P\\',
  'http:///api.example:P/',
  'http://api%2Eexample:P/',
  'http://ａｐｉ.example:P/',
  'http://api。example:P/',
  'http://a\u00adpi.example:P/',
  'http://api.ex\tample:P/',
  ' \nhttp://api.example:P/ ',
  'http://bücher.example:P/',
  'http://BÜCHER.example:P/',
  'http://xn--bcher-kva.example:P/',
  'http://127.0.0.1:P/',
  'http://127.0.0.1.:P/',
  'http://127.1:P/',
  'http://2130706433:P/',
  'http://0x7f.1:P/',
  'http://0177.0.0.1:P/',
];

const FOREIGN = [
  'http://api.example:Q/',
  'http://127.0.0.1:Q/',
  'http://xn--bcher-kva.example:Q/',
  'http://api.example.:P/',
  'http://bücher.example.:P/',
  'http://api.example.evil.example:P/',
  'http://api.exampleevil.example:P/',
  'http://evilapi.example:P/',
  'http://sub.api.example:P/',
  'http://example:P/',
  'http://аpi.example:P/', // with a Cyrillic а
  'http://bucher.example:P/',
  'http://bu\u0308cherx.example:P/',
  'http://evil.example:P/http://api.example:P/',
  'http://evil.example:P?http://api.example:P/',
  'http://evil.example:P#http://api.example:P/',
  'http://evil.example:P\\@api.example:P/',
  'http://api.example\t.evil.example:P/',
  'http://api.example\n.evil.example:P/',
  'http://api.example%2eevil.example:P/',
  'http://localhost:P/',
  'http://localhost.:P/',
  'http://api.localhost:P/',
  'http://[::1]:P/',
  'http://[0:0:0:0:0:0:0:1]:P/',
  'http://[::ffff:127.0.0.1]:P/',
  'http://127.0.0.2:P/',
  'http://127.2:P/',
];

/** Of these fetch makes no request that a plain server understands. */
const NOWHERE = [
  'https://api.example:P/',
  'http://user@api.example:P/',
  'http://user:pw@api.example:P/',
  'http://api.example:P@evil.example:P/',
  'http://api.example%2F@evil.example:P/',
  'http://api.example:99999/',
  'http://api.example .evil.example:P/',
  'http://api.example%00:P/',
  'ws://api.example:P/',
  'ftp://api.example:P/',
  'file://api.example:P/',
  'nonsense://api.example:P/',
  'http://',
];

const modes: Mode[] = ['throw', 'pass'];
const cases = (urls: string[], ways = Object.keys(WAYS)) =>
  urls.map((url) => ({ url, runs: ways.flatMap((way) => modes.map((mode) => ({ way, mode }))) }));

describe.each(cases(OURS))('$url is ours', ({ url, runs }) => {
  test('and the token arrives', async () => {
    for (const { way, mode } of runs) {
      const { arrivals, failure } = await judged(WAYS[way] as Way, url, mode);
      // With a base URL, ky takes some spellings for relative ones, or for none at all.
      if (way === 'ky, a base URL' && arrivals.length === 0) continue;
      expect([way, failure, arrivals.map(({ authorization }) => authorization)]).toEqual([
        way,
        undefined,
        [`Bearer ${TOKEN}`],
      ]);
    }
  });
});

describe.each(cases(FOREIGN))('$url is not ours', ({ url, runs }) => {
  test('and nothing arrives, or only what bears nothing', async () => {
    for (const { way, mode } of runs) {
      const { arrivals, failure } = await judged(WAYS[way] as Way, url, mode);
      if (mode === 'throw') {
        expect([way, arrivals]).toEqual([way, []]);
        expect(failure, way).toMatchObject({ code: 'origin_not_allowed' });
      } else expect([way, arrivals.map(({ authorization }) => authorization)]).toEqual([way, [undefined]]);
    }
  });
});

describe.each(cases(NOWHERE))('$url', ({ url, runs }) => {
  test('arrives nowhere', async () => {
    for (const { way, mode } of runs) {
      const { arrivals, failure } = await judged(WAYS[way] as Way, url, mode);
      expect([way, arrivals]).toEqual([way, []]);
      expect(failure, way).toBeInstanceOf(Error);
    }
  });
});

const REDIRECTS = [301, 302, 303, 307, 308];
describe.each(REDIRECTS)('a redirect %i', (status) => {
  test.each<[string, string, (string | undefined)[]]>([
    ['within the origin', 'http://api.example:P/there', [`Bearer ${TOKEN}`]],
    ['to another spelling of it', 'HTTP://API.example:P/there', [`Bearer ${TOKEN}`]],
    ['to another port', 'http://api.example:Q/there', [undefined]],
    ['to another host', 'http://evil.example:P/there', [undefined]],
    ['to the host with a dot', 'http://api.example.:P/there', [undefined]],
  ])('%s', async (_name, target, expected) => {
    const path = `http://api.example:P/${status}/${encodeURIComponent(at(target))}`;
    for (const mode of modes) {
      for (const way of ['fetch, a text', 'ky, a text']) {
        const { arrivals } = await judged(WAYS[way] as Way, path, mode);
        expect([way, arrivals.slice(1).map(({ authorization }) => authorization)]).toEqual([way, expected]);
      }
    }
  });
});

test('origins as a function are asked for the final URL, on every attempt', async () => {
  const asked: string[] = [];
  const byFunction = ky.create({ retry: { limit: 1, delay: () => 0 } }).extend(
    bearerAuth(source, {
      allowPlainHttp: true,
      origins: (url) => {
        asked.push(url.pathname);
        return url.hostname === 'api.example';
      },
    }),
  );
  const moved = hook('beforeRetry', at('http://evil.example:P/final'));
  await expect(byFunction.get(at('http://api.example:P/503/'), moved)).rejects.toMatchObject({
    code: 'origin_not_allowed',
  });
  expect(world.take().map(({ authority }) => authority)).toEqual([at('api.example:P')]);
  expect(new Set(asked)).toEqual(new Set(['/503/', '/final']));
});

test('of all these cases no token arrived in a wrong place, and no request bare by mistake', () => {
  expect(tally).toEqual({ cases: tally.cases, wrongPlace: 0, bareByMistake: 0 });
  expect(tally.cases).toBeGreaterThanOrEqual(300);
});
