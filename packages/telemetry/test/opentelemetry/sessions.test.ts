import type { TokenStatus } from '@everbearer/core';
import { metrics } from '@opentelemetry/api';
import { expect, test, vi } from 'vitest';
import { openTelemetry } from '../../src/opentelemetry.ts';
import { localWorld } from '../support/local-world.ts';
import { type Metric, telemetryWorld } from '../support/telemetry-world.ts';

const DAY_S = 86_400;

/** A manager whose status is what it is told, or that fails. */
function told(account: string, status: () => Promise<Partial<TokenStatus>>) {
  return { account, provider: 'p', status: status as () => Promise<TokenStatus> };
}

const living = (days: number) => async (): Promise<Partial<TokenStatus>> => ({
  state: 'valid',
  session: { expiresAt: Date.now() + days * DAY_S * 1000 } as TokenStatus['session'],
});
const lost = async (): Promise<Partial<TokenStatus>> => ({
  state: 'reauthorization_required',
  reason: 'revoked',
});

/** The values of the three gauges, by account; the life in whole days. */
function gauges(all: Record<string, Metric>) {
  const values = (name: string, divisor = 1) =>
    Object.fromEntries(
      (all[`everbearer.${name}`]?.points ?? []).map(({ attributes, value }) => [
        String(attributes['everbearer.account.id']),
        Math.round((value as number) / divisor),
      ]),
    );
  return {
    days: values('session.remaining', DAY_S),
    pending: values('reauthorization.pending'),
    unreadable: values('session.unreadable'),
  };
}

test('a real manager: how long its refresh token lives, and that a person is needed once it is dead', async () => {
  await using local = await localWorld();
  await using world = telemetryWorld();
  const telemetry = openTelemetry({ meter: world.meter, tracer: false, account: 'name' });
  const tokens = local.open(telemetry, { account: 'ops' });
  telemetry.observe(tokens);
  await tokens.signIn({
    refreshToken: local.server.signIn().refresh_token,
    refreshTokenExpiresAt: Date.now() + 30 * DAY_S * 1000,
  });
  const good = await world.metrics();
  expect(gauges(good)).toEqual({ days: { ops: 30 }, pending: { ops: 0 }, unreadable: { ops: 0 } });
  expect(good['everbearer.session.remaining']?.unit).toBe('s');
  expect(good['everbearer.reauthorization.pending']?.unit).toBe('{account}');
  local.server.revokeFamily();
  await tokens.getToken().catch((error: unknown) => error);
  expect(gauges(await world.metrics())).toEqual({
    days: { ops: 0 },
    pending: { ops: 1 },
    unreadable: { ops: 0 },
  });
});

test('accounts of createAccounts() are observed like any other', async () => {
  await using local = await localWorld();
  await using world = telemetryWorld();
  const telemetry = openTelemetry({ meter: world.meter, tracer: false, account: 'name' });
  const accounts = local.openAccounts(telemetry);
  for (const name of ['a', 'b']) {
    const refreshToken = local.server.signIn().refresh_token;
    await accounts.for(name).signIn({ refreshToken, refreshTokenExpiresAt: Date.now() + 20 * DAY_S * 1000 });
    telemetry.observe(accounts.for(name));
  }
  await accounts.for('b').signOut();
  expect(gauges(await world.metrics())).toEqual({
    days: { a: 20 },
    pending: { a: 0, b: 0 },
    unreadable: { a: 0, b: 0 },
  });
});

test('accounts that are not told apart: the shortest life, and how many wait for a person', async () => {
  await using world = telemetryWorld();
  const telemetry = openTelemetry({ meter: world.meter, tracer: false });
  for (const days of [40, 8, 25]) telemetry.observe(told(`of ${days} days`, living(days)));
  expect(gauges(await world.metrics())).toMatchObject({ days: { undefined: 8 }, pending: { undefined: 0 } });
  telemetry.observe(told('lost', lost));
  telemetry.observe(told('lost as well', lost));
  expect(gauges(await world.metrics())).toMatchObject({ days: { undefined: 0 }, pending: { undefined: 2 } });
});

test('a store that cannot be read: it is said, and what was known goes on', async () => {
  await using world = telemetryWorld();
  const telemetry = openTelemetry({ meter: world.meter, tracer: false, account: 'name' });
  let status = living(10);
  telemetry.observe(told('ops', () => status()));
  await world.metrics();
  status = async () => {
    throw new Error('the store is away');
  };
  expect(gauges(await world.metrics())).toEqual({
    days: { ops: 10 },
    pending: { ops: 0 },
    unreadable: { ops: 1 },
  });
});

test('a store that is silent holds up nothing for longer than five seconds', async () => {
  await using world = telemetryWorld();
  const telemetry = openTelemetry({ meter: world.meter, tracer: false, account: 'name' });
  const stop = telemetry.observe(told('silent', () => new Promise(() => undefined)));
  telemetry.observe(told('good', living(10)));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    let collected: Record<string, Metric> | undefined;
    void world.metrics().then((all) => {
      collected = all;
    });
    // The first step begins the collection.
    for (let waited = 0; !collected && waited < 5_500; waited += 500) await vi.advanceTimersByTimeAsync(500);
    stop();
    expect(gauges(collected ?? {})).toMatchObject({
      days: { good: 10 },
      unreadable: { silent: 1, good: 0 },
    });
  } finally {
    vi.useRealTimers();
  }
});

test('one that is no longer observed is asked no more', async () => {
  await using world = telemetryWorld();
  const telemetry = openTelemetry({ meter: world.meter, tracer: false, account: 'name' });
  let asked = 0;
  const stop = telemetry.observe(
    told('ops', async () => {
      asked++;
      return living(10)();
    }),
  );
  await world.metrics();
  stop();
  await world.metrics();
  expect(asked).toBe(1);
});

test('a global provider that is registered after observe() is found with the next event', async () => {
  await using world = telemetryWorld();
  try {
    const telemetry = openTelemetry({ tracer: false, account: 'name' });
    telemetry.observe(told('ops', living(10)));
    metrics.setGlobalMeterProvider(world.meters);
    telemetry({ type: 'signed_in', account: 'ops', provider: 'p' });
    expect(gauges(await world.metrics()).days).toEqual({ ops: 10 });
  } finally {
    metrics.disable();
  }
});

test('a global provider that another one replaced asks no more', async () => {
  await using early = telemetryWorld();
  await using late = telemetryWorld();
  let asked = 0;
  const status = async () => {
    asked++;
    return living(10)();
  };
  try {
    metrics.setGlobalMeterProvider(early.meters);
    const telemetry = openTelemetry({ tracer: false });
    telemetry.observe(told('ops', status));
    metrics.disable();
    metrics.setGlobalMeterProvider(late.meters);
    telemetry({ type: 'signed_in', account: 'ops', provider: 'p' });
    await early.metrics();
    expect(asked).toBe(0);
    await late.metrics();
    expect(asked).toBe(1);
  } finally {
    metrics.disable();
  }
});

test.each([[undefined], [{}], ['ops']])('%j is not observed', (tokens) => {
  const { observe } = openTelemetry({ meter: false });
  expect(() => observe(tokens as never)).toThrow(expect.objectContaining({ option: 'tokens' }));
});
