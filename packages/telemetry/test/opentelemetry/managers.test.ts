import { inspect } from 'node:util';
import type { AuthEvent } from '@everbearer/core';
import { type Meter, metrics, type Tracer } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { openTelemetry } from '../../src/opentelemetry.ts';
import { ONE_OF_EACH } from '../support/events.ts';
import { API, localWorld } from '../support/local-world.ts';
import { telemetryWorld } from '../support/telemetry-world.ts';

/* Token managers over a real server, measured by the real SDK. */

test('a life of two managers over one store: one listener counts what both do', async () => {
  await using local = await localWorld();
  await using world = telemetryWorld();
  const listen = openTelemetry({ meter: world.meter, tracer: world.tracer });
  const one = local.open(listen);
  const two = local.open(listen);
  await local.signIn(one);
  const { token } = await one.getToken();
  await two.getToken();
  await one.renew();
  await two.getToken({ rejected: token });
  const fetch = local.fetchFor(one, listen, [401]);
  expect((await fetch(`${API}/mail`)).status).toBe(200);
  const told = await world.metrics();
  const count = (name: string) =>
    told[`everbearer.${name}`]?.points.map(({ attributes, value }) => [
      attributes['everbearer.renewal.reason'] ?? attributes['http.request.method'],
      typeof value === 'number' ? value : value.count,
    ]);
  expect(count('renewal.duration')).toEqual([
    ['missing', 1],
    ['forced', 1],
    ['rejected', 1],
  ]);
  // What `one` renewed, once when told and once after the 401, came to `two` as well.
  expect(count('token.adoptions')).toEqual([[undefined, 2]]);
  expect(count('request.replays')).toEqual([['GET', 1]]);
  expect(count('session.sign_ins')).toEqual([[undefined, 1]]);
  expect(world.spans()).toHaveLength(3);
  const shown = inspect([told, world.spans()], { depth: 12 });
  for (const secret of local.server.secrets()) expect(shown).not.toContain(secret);
});

test('a session that was revoked: the failure, its span, and the person who is needed', async () => {
  await using local = await localWorld();
  await using world = telemetryWorld();
  const listen = openTelemetry({ meter: world.meter, tracer: world.tracer });
  const tokens = local.open(listen);
  await local.signIn(tokens);
  local.server.revokeFamily();
  const failed = await tokens.getToken().catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: 'revoked' });
  const told = await world.metrics();
  expect(told['everbearer.renewal.duration']?.points).toMatchObject([
    { attributes: { 'error.type': 'invalid_grant' }, value: { count: 1 } },
  ]);
  expect(told['everbearer.reauthorization.demands']?.points).toMatchObject([
    { attributes: { 'everbearer.reauthorization.reason': 'revoked' }, value: 1 },
  ]);
  expect(world.spans()).toMatchObject([{ attributes: { 'http.response.status_code': 400 } }]);
});

test('a provider of metrics that is registered later is found, and so is the one after it', async () => {
  await using early = telemetryWorld();
  await using late = telemetryWorld();
  try {
    const listen = openTelemetry({ tracer: false });
    const signedIn = ONE_OF_EACH.filter(({ type }) => type === 'signed_in');
    const say = () => signedIn.forEach(listen);
    say();
    metrics.setGlobalMeterProvider(early.meters);
    say();
    metrics.disable();
    metrics.setGlobalMeterProvider(late.meters);
    say();
    say();
  } finally {
    metrics.disable();
  }
  const counted = async ({ metrics: collect }: typeof early) =>
    (await collect())['everbearer.session.sign_ins']?.points[0]?.value;
  expect([await counted(early), await counted(late)]).toEqual([1, 2]);
});

const broken = (): never => {
  throw new Error('broken');
};

test('a meter and a tracer that throw end nothing, and the one that does not throw goes on', async () => {
  await using world = telemetryWorld();
  const noInstruments = { createCounter: broken, createHistogram: broken } as unknown as Meter;
  const noSpans = { startSpan: broken } as unknown as Tracer;
  const badCounters = {
    createCounter: () => ({ add: broken }),
    createHistogram: () => ({ record: broken }),
  } as unknown as Meter;
  for (const meter of [noInstruments, badCounters])
    for (const each of ONE_OF_EACH) openTelemetry({ meter, tracer: world.tracer })(each);
  const listen = openTelemetry({ meter: noInstruments, tracer: world.tracer });
  for (const each of ONE_OF_EACH) listen(each);
  expect(world.spans()).toHaveLength(2);
  const other = openTelemetry({ meter: world.meter, tracer: noSpans });
  for (const each of ONE_OF_EACH) other(each);
  const told = await world.metrics();
  expect(Object.keys(told)).toHaveLength(15);
  expect(told['everbearer.renewal.duration']?.points).toHaveLength(2);
});

test('events of a later version are let be', async () => {
  await using world = telemetryWorld();
  const listen = openTelemetry({ meter: world.meter, tracer: world.tracer });
  for (const odd of [{ type: 'of a later version' }, {}, undefined, null, 'text'])
    listen(odd as unknown as AuthEvent);
  expect(await world.metrics()).toEqual({});
});

test.each([
  [{ meter: {} }, 'meter'],
  [{ tracer: true }, 'tracer'],
  [{ account: 'email' }, 'account'],
  [{ account: 'hash' }, 'key'],
  [{ key: 'x'.repeat(50) }, 'key'],
  [{ account: 'hash', key: 'password' }, 'key'],
  [{ account: 'hash', key: new Uint8Array(64) }, 'key'],
  [{ accountLimit: 0 }, 'accountLimit'],
  [{ accountlimit: 5 }, 'accountlimit'],
  [null, 'options'],
  [[], 'options'],
])('%j is refused by name', (options, option) => {
  const make = () => openTelemetry(options as never);
  expect(make).toThrow(expect.objectContaining({ name: 'ConfigurationError', option }));
  expect(make).not.toThrow(/password|xxx/);
});
