import { type Attributes, type Meter, type Tracer, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

/** One measured value: of a histogram how often, and the sum. */
export interface Point {
  attributes: Attributes;
  value: number | { count: number; sum: number };
}

export interface Metric {
  unit: string;
  points: Point[];
}

/** The SDK of OpenTelemetry as programs have it, with what it exports kept in memory. */
export interface TelemetryWorld extends AsyncDisposable {
  meter: Meter;
  meters: MeterProvider;
  tracer: Tracer;
  tracers: TracerProvider;
  /** Collects, and tells what was measured so far, by name. */
  metrics(): Promise<Record<string, Metric>>;
  /** The boundaries of a histogram. */
  boundaries(name: string): Promise<readonly number[]>;
  /** The spans that have ended. */
  spans(): ReadableSpan[];
}

export function telemetryWorld(): TelemetryWorld {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 });
  const meters = new MeterProvider({ readers: [reader] });
  const spanExporter = new InMemorySpanExporter();
  const tracers = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })],
  });
  async function collected() {
    exporter.reset();
    await reader.forceFlush();
    return exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
  }
  return {
    meters,
    tracers,
    meter: meters.getMeter('test'),
    tracer: tracers.getTracer('test'),
    async metrics() {
      const all = await collected();
      return Object.fromEntries(
        all.map(({ descriptor: { name, unit }, dataPoints }) => [
          name,
          { unit, points: dataPoints.map(({ attributes, value }) => ({ attributes, value: summed(value) })) },
        ]),
      );
    },
    async boundaries(name) {
      const found = (await collected()).find(({ descriptor }) => descriptor.name === name);
      const value = found?.dataPoints[0]?.value as { buckets: { boundaries: number[] } } | undefined;
      return value?.buckets.boundaries ?? [];
    },
    spans: () => spanExporter.getFinishedSpans(),
    async [Symbol.asyncDispose]() {
      await meters.shutdown();
      await tracers.shutdown();
      trace.disable();
    },
  };
}

function summed(value: unknown): Point['value'] {
  if (typeof value === 'number') return value;
  const { count, sum } = value as { count: number; sum: number };
  return { count, sum };
}
