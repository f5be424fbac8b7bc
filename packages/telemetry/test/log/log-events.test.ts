import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { runInNewContext } from 'node:vm';
import { type AuthEvent, ReauthorizationRequiredError, TokenEndpointError } from '@everbearer/core';
import { unheardRejections } from '@everbearer/far-end/support/unheard-rejections';
import { type Logger, pino } from 'pino';
import { expect, test } from 'vitest';
import { type EventLogger, type LogOptions, logEvents } from '../../src/log.ts';
import { event, ONE_OF_EACH } from '../support/events.ts';
import { API, localWorld } from '../support/local-world.ts';

const KEY = 'q3Zx0fJ1b8KpVt6wYc9LrS2mNn4DhGa5EeUuIiOoPp7';

/** What a stream was given, line by line. */
function lines(): { stream: PassThrough; read: () => string[] } {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk) => (text += chunk));
  return { stream, read: () => text.split('\n').slice(0, -1) };
}

/** A pino that keeps every level, and what it wrote. */
function pinoInMemory(): { logger: Logger; records: () => Record<string, unknown>[] } {
  const { stream, read } = lines();
  const logger = pino({ level: 'trace', base: null, timestamp: false }, stream);
  return { logger, records: () => read().map((line) => JSON.parse(line) as Record<string, unknown>) };
}

/** What a listener logs of these events. */
function logged(events: readonly AuthEvent[], options?: LogOptions) {
  const calls: { level: string; fields: Record<string, unknown>; words: string }[] = [];
  const listen = logEvents((level, fields, words) => void calls.push({ level, fields, words }), options);
  for (const each of events) listen(each);
  return calls;
}

test('pino: one record an event, with its level, its words and its members', () => {
  const { logger, records } = pinoInMemory();
  const listen = logEvents(logger);
  for (const each of ONE_OF_EACH) listen(each);
  const [, renewed, , failed, ...others] = records();
  expect(renewed).toEqual({
    level: 30,
    event: 'renewed',
    account: 'ops',
    provider: 'p',
    fingerprint: '01234567',
    renewalId: '1',
    durationMs: 120,
    rotated: true,
    msg: 'The access token was renewed',
  });
  expect(failed).toMatchObject({
    level: 40,
    event: 'renewal_failed',
    error: { name: 'TokenEndpointError', code: 'invalid_client', status: 401, retryable: false },
  });
  expect(others.map(({ event: type, level }) => [type, level])).toEqual([
    ['adopted', 20],
    ['lease_waited', 20],
    ['lease_taken_over', 40],
    ['unsaved', 50],
    ['saved_late', 30],
    ['reauthorization_required', 50],
    ['repaired', 40],
    ['signed_in', 30],
    ['signed_out', 30],
    ['warning', 40],
    ['replayed', 30],
    ['rejected', 40],
    ['not_sent', 40],
    ['step_up_required', 40],
  ]);
  expect(others.find(({ event: type }) => type === 'warning')).toMatchObject({
    msg: 'A restart loses the tokens.',
    code: 'not_durable',
  });
  expect(others.at(-1)).toMatchObject({ scopes: ['Mail.Send'], reason: 'insufficient_scope' });
});

test('a console: one line an event, in words and names', () => {
  const { stream, read } = lines();
  const listen = logEvents(new Console(stream));
  for (const each of ONE_OF_EACH) listen(each);
  expect(read()).toHaveLength(ONE_OF_EACH.length);
  expect(read()[1]).toBe(
    'everbearer: The access token was renewed event=renewed account=ops provider=p fingerprint=01234567 renewalId=1 durationMs=120 rotated=true',
  );
});

test('the global console, pino and a function are loggers as they are', () => {
  const loggers: EventLogger[] = [console, pino({ level: 'silent' }), () => undefined];
  expect(loggers.map((logger) => typeof logEvents(logger))).toEqual(['function', 'function', 'function']);
});

test('nothing that a server or a user chose makes a second line or steers a terminal', () => {
  const { stream, read } = lines();
  const listen = logEvents(new Console(stream));
  const account = 'a\nb\r\u001b[2J\u009b31m\u2028c\u202ed';
  const description = 'first\nsecond';
  listen(event('signed_in', { account }));
  listen(
    event('renewal_failed', { renewalId: '1', error: new TokenEndpointError({ code: 'x', description }) }),
  );
  expect(read()).toHaveLength(2);
  const [line = ''] = read();
  expect(line).toContain(String.raw`account="a\nb\r\u001b[2J\u009b31m\u2028c\u202ed"`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  expect(read().join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
});

test('an error: what helps, with its causes, and nothing else that hangs on it', () => {
  const cause = new TokenEndpointError({
    code: 'invalid_grant',
    status: 400,
    description: 'Token is revoked.',
  });
  const error = new ReauthorizationRequiredError({ code: 'revoked', account: 'ops', cause });
  Object.assign(error, { request: { headers: { authorization: 'Bearer at-1' } } });
  const [call] = logged([event('renewal_failed', { renewalId: '1', error })]);
  expect(call?.fields['error']).toEqual({
    name: 'ReauthorizationRequiredError',
    message: error.message,
    code: 'revoked',
    retryable: false,
    cause: {
      name: 'TokenEndpointError',
      message: cause.message,
      code: 'invalid_grant',
      retryable: false,
      status: 400,
    },
  });
});

test('an error whose causes go in a circle ends', () => {
  const error = new TokenEndpointError({ code: 'network' });
  Object.assign(error, { cause: error });
  const [call] = logged([event('renewal_failed', { renewalId: '1', error })]);
  expect(JSON.stringify(call?.fields).length).toBeLessThan(2_000);
});

test('levels can be changed, and events left out', () => {
  const levels = { renewed: 'debug', adopted: false, replayed: undefined } as const;
  const calls = logged(ONE_OF_EACH, { levels });
  const levelOf = (type: string) => calls.find(({ fields }) => fields['event'] === type)?.level;
  expect(['renewed', 'adopted', 'replayed', 'rejected'].map(levelOf)).toEqual([
    'debug',
    undefined,
    'info',
    'warn',
  ]);
});

test('accounts that are hashed or left out are in no message either, nor is an e-mail address', () => {
  const account = 'Ann.Lee@example.com';
  const description = `The grant of ann.lee@EXAMPLE.com (also a.lee@corp.example) is revoked.`;
  const cause = new TokenEndpointError({ code: 'invalid_grant', description });
  const error = new ReauthorizationRequiredError({ code: 'revoked', account, cause });
  const events = [
    event('renewal_failed', { account, renewalId: '1', error }),
    event('warning', { account, code: 'read_only', message: `The record of ${account} cannot be written.` }),
  ];
  for (const options of [{ account: 'omit' }, { account: 'hash', key: KEY }] as const) {
    const shown = JSON.stringify(logged(events, options));
    expect(shown).not.toMatch(/lee|example/i);
    expect(shown).toContain('is revoked');
    expect(shown).toContain('cannot be written');
  }
  const [hashed] = logged(events, { account: 'hash', key: KEY });
  expect(hashed?.fields['account']).toMatch(/^[0-9a-z]{8}$/);
  expect(hashed?.fields['error']).toMatchObject({
    message: expect.stringContaining(`(account "${hashed?.fields['account'] as string}")`),
  });
});

test('an account with a short or an odd name leaves the other words alone', () => {
  const [call] = logged(
    [event('warning', { account: 'a', code: 'read_only', message: 'That was: $& (a) [a].' })],
    {
      account: 'omit',
    },
  );
  expect(call?.words).toBe('That was: $& (…) […].');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is one of the odd things in it
  const odd = 'x.*+?^${}()|[]\\/-y';
  const message = `${odd} and xAAy`;
  const [other] = logged([event('warning', { account: odd, code: 'read_only', message })], {
    account: 'omit',
  });
  expect(other?.words).toBe('… and xAAy');
});

const CARELESS: [string, () => unknown][] = [
  ['throws', () => JSON.parse('{')],
  ['rejects', () => Promise.reject(new Error('later'))],
  ['rejects in another realm', () => runInNewContext('Promise.reject(new Error("elsewhere"))')],
];

test.each(CARELESS)('a logger that %s ends nothing', async (_, careless) => {
  using unheard = unheardRejections();
  const logger = { debug: careless, info: careless, warn: careless, error: careless };
  for (const each of ONE_OF_EACH) {
    logEvents(careless)(each);
    logEvents(logger as unknown as Logger)(each);
  }
  expect(await unheard.soFar()).toEqual([]);
});

test('events of a later version are logged by their name alone', () => {
  const later = {
    type: 'of_a_later_version',
    account: 'ops',
    provider: 'p',
    secret: 'at-1',
  } as unknown as AuthEvent;
  expect(logged([later])).toEqual([
    {
      level: 'info',
      words: 'of_a_later_version',
      fields: { event: 'of_a_later_version', account: 'ops', provider: 'p' },
    },
  ]);
});

test('a whole life over a real server: every line is clean', async () => {
  await using local = await localWorld();
  const { logger, records } = pinoInMemory();
  const listen = logEvents(logger);
  const tokens = local.open(listen);
  await local.signIn(tokens);
  await tokens.getToken();
  await local.fetchFor(tokens, listen, [401])(API);
  local.server.revokeFamily();
  await tokens.renew().catch((error: unknown) => error);
  expect(records().map(({ event: type }) => type)).toEqual([
    'warning',
    'signed_in',
    'renewal_started',
    'renewed',
    'renewal_started',
    'renewed',
    'replayed',
    'renewal_started',
    'renewal_failed',
    'reauthorization_required',
  ]);
  const shown = JSON.stringify(records());
  for (const secret of local.server.secrets()) expect(shown).not.toContain(secret);
});

test('a logger as winston makes it, which would lose the words, is refused with the way to use it', () => {
  const level = () => undefined;
  const logger = { debug: level, info: level, warn: level, error: level, log: level, configure: level };
  expect(() => logEvents(logger as unknown as Logger)).toThrow('logger.log(level, words, fields)');
});

test.each([
  [undefined, {}, 'logger'],
  [{ info: () => undefined }, {}, 'logger'],
  [console, { level: 'info' }, 'level'],
  [console, { levels: { renewd: 'info' } }, 'renewd'],
  [console, { levels: { renewed: 'verbose' } }, 'levels.renewed'],
  [console, { levels: 'debug' }, 'levels'],
  [console, { levels: null }, 'levels'],
  [console, { account: 'hash' }, 'key'],
  [console, null, 'options'],
])('%o with %j is refused by name', (logger, options, option) => {
  const make = () => logEvents(logger as never, options as never);
  expect(make).toThrow(expect.objectContaining({ name: 'ConfigurationError', option }));
});
