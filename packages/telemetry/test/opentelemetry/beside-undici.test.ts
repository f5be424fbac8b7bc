import { context, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { expect, onTestFinished, test } from 'vitest';
import { openTelemetry } from '../../src/opentelemetry.ts';
import { localWorld } from '../support/local-world.ts';
import { telemetryWorld } from '../support/telemetry-world.ts';

/* Spans of requests, as the instrumentation of undici makes them of every fetch, beside those of renewals. */

test('the token request belongs to the call that set the renewal off, and the renewal is linked to it', async () => {
  await using world = telemetryWorld();
  await using local = await localWorld();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(world.tracers);
  const instrumentation = new UndiciInstrumentation();
  instrumentation.setTracerProvider(world.tracers);
  onTestFinished(() => {
    instrumentation.disable();
    context.disable();
  });
  const tokens = local.open(openTelemetry({ meter: false }));
  await local.signIn(tokens);
  await world.tracer.startActiveSpan('a job', async (job) => {
    const call = (name: string) =>
      world.tracer.startActiveSpan(name, async (span) => {
        await tokens.getToken();
        span.end();
      });
    await Promise.all(['first call', 'second call'].map(call));
    job.end();
  });
  const spans = world.spans();
  const spanOf = (name: string) => spans.find((span) => span.name === name);
  const posts = spans.filter(({ kind, name }) => kind === SpanKind.CLIENT && name === 'POST');
  expect(posts.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([
    spanOf('first call')?.spanContext().spanId,
  ]);
  const renewal = spanOf('everbearer.renewal');
  expect(renewal?.parentSpanContext).toBeUndefined();
  expect(renewal?.links.map((link) => link.context.spanId)).toEqual([
    spanOf('first call')?.spanContext().spanId,
  ]);
  const shown = JSON.stringify(spans.map(({ attributes, events }) => [attributes, events]));
  for (const secret of local.server.secrets()) expect(shown).not.toContain(secret);
});
