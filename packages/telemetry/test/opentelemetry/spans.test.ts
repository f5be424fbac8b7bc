import { inspect } from 'node:util';
import { ReauthorizationRequiredError } from '@everbearer/core';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openTelemetry } from '../../src/opentelemetry.ts';
import { event, ONE_OF_EACH, refused } from '../support/events.ts';
import { telemetryWorld } from '../support/telemetry-world.ts';

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());

test('a renewal is a span from its beginning to its end, with why it began and what came of it', async () => {
  await using world = telemetryWorld();
  const listen = openTelemetry({ meter: false, tracer: world.tracer });
  for (const each of ONE_OF_EACH) listen(each);
  const spans = world
    .spans()
    .map(({ name, kind, attributes, status }) => ({ name, kind, attributes, status }));
  const same = { name: 'everbearer.renewal', kind: SpanKind.INTERNAL };
  expect(spans).toEqual([
    {
      ...same,
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        'everbearer.provider.id': 'p',
        'everbearer.renewal.reason': 'expired',
        'everbearer.renewal.rotated': true,
        'everbearer.token.fingerprint': '01234567',
      },
    },
    {
      ...same,
      status: { code: SpanStatusCode.ERROR, message: 'invalid_client' },
      attributes: {
        'everbearer.provider.id': 'p',
        'everbearer.renewal.reason': 'forced',
        'error.type': 'invalid_client',
        'http.response.status_code': 401,
      },
    },
  ]);
});

test('it is a trace of its own, with a link to the call that set it off', async () => {
  await using world = telemetryWorld();
  const listen = openTelemetry({ meter: false, tracer: world.tracer });
  world.tracer.startActiveSpan('a call', (call) => {
    listen(event('renewal_started', { renewalId: '1', reason: 'expired' }));
    call.end();
  });
  listen(event('renewed', { renewalId: '1', durationMs: 5, rotated: false }));
  listen(event('renewal_started', { renewalId: '2', reason: 'expiring' }));
  listen(event('renewed', { renewalId: '2', durationMs: 5, rotated: false }));
  const [call, first, second] = world.spans();
  expect(first?.parentSpanContext).toBeUndefined();
  expect(first?.spanContext().traceId).not.toBe(call?.spanContext().traceId);
  expect(first?.links.map((link) => link.context)).toEqual([call?.spanContext()]);
  expect(second?.links).toEqual([]);
});

test('renewals of several accounts at once do not mix', async () => {
  await using world = telemetryWorld();
  const listen = openTelemetry({ meter: world.meter, tracer: world.tracer, account: 'name' });
  for (const account of ['a', 'b', 'c'])
    listen(event('renewal_started', { account, renewalId: account, reason: 'expired' }));
  for (const account of ['b', 'c', 'a'])
    listen(event('renewed', { account, renewalId: account, durationMs: 5, rotated: true }));
  expect(world.spans().map(({ attributes }) => attributes['everbearer.account.id'])).toEqual(['b', 'c', 'a']);
});

test('an end that never comes leaves nothing behind: the oldest are ended, and say so', async () => {
  await using world = telemetryWorld();
  const listen = openTelemetry({ meter: world.meter, tracer: world.tracer });
  for (let n = 0; n < 2_500; n++) listen(event('renewal_started', { renewalId: `${n}`, reason: 'expired' }));
  expect(world.spans()).toHaveLength(1_500);
  expect(world.spans()[0]?.attributes).toMatchObject({ 'everbearer.renewal.outcome': 'unknown' });
  // One that is still known, and one that is not.
  listen(event('renewal_failed', { renewalId: '2499', error: refused }));
  listen(event('renewal_failed', { renewalId: '0', error: refused }));
  expect(world.spans()).toHaveLength(1_501);
  expect((await world.metrics())['everbearer.renewal.duration']?.points).toMatchObject([
    { value: { count: 1 } },
  ]);
});

test('one that has no end after a quarter of an hour is ended when the next begins', async () => {
  await using world = telemetryWorld();
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const listen = openTelemetry({ meter: false, tracer: world.tracer });
    listen(event('renewal_started', { renewalId: '1', reason: 'expired' }));
    vi.advanceTimersByTime(14 * 60_000);
    listen(event('renewal_started', { renewalId: '2', reason: 'expired' }));
    expect(world.spans()).toHaveLength(0);
    vi.advanceTimersByTime(2 * 60_000);
    listen(event('renewal_started', { renewalId: '3', reason: 'expired' }));
    expect(world.spans()).toHaveLength(1);
  } finally {
    vi.useRealTimers();
  }
});

test('words of an error stay out of spans: they may name the account', async () => {
  await using world = telemetryWorld();
  const listen = openTelemetry({ meter: world.meter, tracer: world.tracer });
  const account = 'ann@example.com';
  listen(event('renewal_started', { account, renewalId: '1', reason: 'expired' }));
  const error = new ReauthorizationRequiredError({ code: 'revoked', account });
  listen(event('renewal_failed', { account, renewalId: '1', error }));
  expect(error.message).toContain(account);
  expect(inspect([world.spans(), await world.metrics()], { depth: 12 })).not.toContain('ann@');
});

test('the global tracer is found, also one that is registered later', async () => {
  await using world = telemetryWorld();
  const listen = openTelemetry({ meter: false });
  for (const each of ONE_OF_EACH.slice(0, 2)) listen(each);
  trace.setGlobalTracerProvider(world.tracers);
  for (const each of ONE_OF_EACH.slice(0, 2)) listen(each);
  expect(world.spans().map(({ instrumentationScope }) => instrumentationScope.name)).toEqual([
    '@everbearer/telemetry',
  ]);
});

test('with tracer: false there are no spans', async () => {
  await using world = telemetryWorld();
  trace.setGlobalTracerProvider(world.tracers);
  const listen = openTelemetry({ meter: world.meter, tracer: false });
  for (const each of ONE_OF_EACH) listen(each);
  expect(world.spans()).toEqual([]);
});
