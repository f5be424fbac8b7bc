import type { AuthEvent } from '@everbearer/core';
import { expect, test } from 'vitest';
import { openTelemetry } from '../../src/opentelemetry.ts';
import { event, ONE_OF_EACH, refused } from '../support/events.ts';
import { telemetryWorld } from '../support/telemetry-world.ts';

const KEY = 'q3Zx0fJ1b8KpVt6wYc9LrS2mNn4DhGa5EeUuIiOoPp7';
const ABOUT = { 'everbearer.provider.id': 'p' };
const API = { 'server.address': 'api.example' };

test('each event is measured under its name, in its unit, with attributes of the conventions', async () => {
  await using world = telemetryWorld();
  const listen = openTelemetry({ meter: world.meter, tracer: false });
  for (const each of ONE_OF_EACH) listen(each);
  const { 'everbearer.renewal.duration': renewals, ...others } = await world.metrics();
  expect(renewals).toEqual({
    unit: 's',
    points: [
      { attributes: { ...ABOUT, 'everbearer.renewal.reason': 'expired' }, value: { count: 1, sum: 0.12 } },
      {
        attributes: { ...ABOUT, 'everbearer.renewal.reason': 'forced', 'error.type': 'invalid_client' },
        value: { count: 1, sum: expect.closeTo(0, 0) },
      },
    ],
  });
  const one = (unit: string, attributes: object, value: unknown = 1) => ({
    unit,
    points: [{ attributes: { ...ABOUT, ...attributes }, value }],
  });
  expect(others).toEqual({
    'everbearer.token.adoptions': one('{adoption}', {}),
    'everbearer.lease.wait.duration': one('s', {}, { count: 1, sum: 1.5 }),
    'everbearer.lease.takeovers': one('{takeover}', {}),
    'everbearer.store.save.failures': one('{failure}', { 'error.type': 'timeout' }),
    'everbearer.store.save.delay': one('s', {}, { count: 1, sum: 90 }),
    'everbearer.store.repairs': one('{repair}', {}),
    'everbearer.session.sign_ins': one('{sign_in}', {}),
    'everbearer.session.sign_outs': one('{sign_out}', {}),
    'everbearer.reauthorization.demands': one('{demand}', { 'everbearer.reauthorization.reason': 'revoked' }),
    'everbearer.warnings': one('{warning}', { 'everbearer.warning.code': 'not_durable' }),
    'everbearer.request.replays': one('{request}', {
      ...API,
      'server.port': 443,
      'http.request.method': 'GET',
    }),
    'everbearer.request.rejections': one('{request}', { ...API, 'server.port': 8443 }),
    'everbearer.request.refusals': one('{request}', { 'error.type': 'origin_not_allowed' }),
    'everbearer.request.step_ups': one('{request}', {
      'server.address': '::1',
      'server.port': 80,
      'everbearer.step_up.reason': 'insufficient_scope',
    }),
  });
});

test('the buckets fit what token endpoints and leases allow', async () => {
  await using world = telemetryWorld();
  const listen = openTelemetry({ meter: world.meter, tracer: false });
  for (const each of ONE_OF_EACH) listen(each);
  for (const name of ['renewal.duration', 'lease.wait.duration', 'store.save.delay']) {
    const boundaries = await world.boundaries(`everbearer.${name}`);
    expect(boundaries.length).toBeGreaterThan(8);
    expect(boundaries.length).toBeLessThan(15);
  }
  expect((await world.boundaries('everbearer.renewal.duration')).at(-1)).toBe(90);
});

const accountsIn = (points: readonly { attributes: object }[] | undefined) =>
  points?.map(({ attributes }) => (attributes as Record<string, unknown>)['everbearer.account.id']);

test('accounts: left out unless asked for, by name, or by a name that a key makes', async () => {
  const said: unknown[][] = [];
  for (const options of [{}, { account: 'name' }, { account: 'hash', key: KEY }] as const) {
    await using world = telemetryWorld();
    const listen = openTelemetry({ meter: world.meter, tracer: false, ...options });
    listen(event('signed_in', { account: 'ann@example.com' }));
    listen(event('signed_in', { account: 'bob@example.com' }));
    listen(event('signed_in', { account: undefined }));
    const { 'everbearer.session.sign_ins': signIns } = await world.metrics();
    said.push(accountsIn(signIns?.points) ?? []);
  }
  const hashed = expect.stringMatching(/^[0-9a-z]{8}$/);
  expect(said).toEqual([
    [undefined],
    ['ann@example.com', 'bob@example.com', undefined],
    [hashed, hashed, undefined],
  ]);
  expect(said[2]?.[0]).not.toBe(said[2]?.[1]);
});

test('accounts beyond the limit are counted as one, and the first ones go on being told apart', async () => {
  await using world = telemetryWorld();
  const listen = openTelemetry({ meter: world.meter, tracer: false, account: 'name', accountLimit: 2 });
  for (let round = 0; round < 2; round++)
    for (let n = 0; n < 1_000; n++) listen(event('signed_in', { account: `account ${n}` }));
  const { 'everbearer.session.sign_ins': signIns } = await world.metrics();
  expect(
    signIns?.points.map(({ attributes, value }) => [attributes['everbearer.account.id'], value]),
  ).toEqual([
    ['account 0', 2],
    ['account 1', 2],
    ['_OTHER', 1_996],
  ]);
});

test('what servers and strangers choose makes no more than a hundred time series', async () => {
  await using world = telemetryWorld();
  const listen = openTelemetry({ meter: world.meter, tracer: false });
  const codes = Array.from({ length: 300 }, (_, n) => `code_${n}`);
  const events = codes.flatMap((code, n): AuthEvent[] => [
    event('rejected', { origin: `https://${n}.example` }),
    event('not_sent', { origin: `https://${n}.example`, reason: 'origin_not_allowed' }),
    event('replayed', { method: code, origin: 'https://api.example' }),
    event('renewal_started', { renewalId: code, reason: 'expired' }),
    event('renewal_failed', { renewalId: code, error: Object.assign(Object.create(refused), { code }) }),
    event('adopted', { provider: code }),
  ]);
  for (const each of events) listen(each);
  const metrics = await world.metrics();
  // One of the hundred is what another event here brought; beside them stands _OTHER.
  const series = Object.entries(metrics).map(([name, { points }]) => [name, points.length]);
  expect(Object.fromEntries(series)).toEqual({
    'everbearer.request.rejections': 100,
    'everbearer.request.refusals': 1,
    'everbearer.request.replays': 1,
    'everbearer.renewal.duration': 100,
    'everbearer.token.adoptions': 100,
  });
});

test('with meter: false nothing is measured', async () => {
  await using world = telemetryWorld();
  const listen = openTelemetry({ meter: false, tracer: world.tracer });
  for (const each of ONE_OF_EACH) listen(each);
  expect(await world.metrics()).toEqual({});
  expect(world.spans()).toHaveLength(2);
});
