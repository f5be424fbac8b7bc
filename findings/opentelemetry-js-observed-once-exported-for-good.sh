#!/bin/sh
# One would guess: a gauge whose callback no longer observes a set of attributes is no longer exported with it. The specification
#   says so (Metrics SDK, "Observations inside asynchronous callbacks": such a set should not be produced).
# What is true: with cumulative temporality, the usual one, the SDK of JavaScript exports the last value of that set with every
#   later collection, for good; with delta temporality it does not. An account that is gone looks alive, with the days left of
#   its last day.
# Exits with 1 if that is no longer so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @opentelemetry/api@1.10.0 @opentelemetry/sdk-metrics@3.1.1
cat > main.js <<'SCRIPT'
import { readFileSync } from 'node:fs';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';

const { version } = JSON.parse(readFileSync('node_modules/@opentelemetry/sdk-metrics/package.json', 'utf8'));
console.log(`@opentelemetry/sdk-metrics ${version}, Node ${process.version}`);

/** The accounts in the last of three collections, of which only the first observed `gone`. */
async function lastOfThree(temporality) {
  const exporter = new InMemoryMetricExporter(temporality);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 });
  const provider = new MeterProvider({ readers: [reader] });
  let collections = 0;
  provider
    .getMeter('finding')
    .createObservableGauge('days.left')
    .addCallback((result) => {
      collections += 1;
      if (collections === 1) result.observe(30, { account: 'gone' });
      result.observe(60, { account: 'here' });
    });
  for (let n = 0; n < 3; n++) await reader.forceFlush();
  const [{ metrics }] = exporter.getMetrics().at(-1).scopeMetrics;
  const told = metrics[0].dataPoints.map(({ attributes, value }) => `${attributes.account} ${value}`).join(', ');
  await provider.shutdown();
  return told;
}

const cumulative = await lastOfThree(AggregationTemporality.CUMULATIVE);
const delta = await lastOfThree(AggregationTemporality.DELTA);
console.log(`the third collection, cumulative: ${cumulative}`);
console.log(`the third collection, delta:      ${delta}`);
const asBefore = cumulative === 'gone 30, here 60' && delta === 'here 60';
console.log(asBefore ? 'What was observed once is exported for good.' : 'CHANGED: it is not so any more.');
process.exitCode = asBefore ? 0 : 1;
SCRIPT
node main.js
