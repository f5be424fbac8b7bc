#!/bin/sh
# One would guess: a histogram in seconds is called NAME_seconds in Prometheus, whoever translates it. The specification
#   ("Prometheus and OpenMetrics Compatibility") has the unit added to the name, and the Collector and Prometheus's own receiver do so.
# What is true: @opentelemetry/exporter-prometheus of JavaScript adds `_total` to counters and no unit to anything. Rules written for the
#   Collector's names never fire there, and say nothing.
# Exits with 1 if that is no longer so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
  @opentelemetry/api@1.10.0 @opentelemetry/sdk-metrics@3.1.0 @opentelemetry/exporter-prometheus@0.301.0
cat > main.js <<'SCRIPT'
import { readFileSync } from 'node:fs';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

const { version } = JSON.parse(readFileSync('node_modules/@opentelemetry/exporter-prometheus/package.json', 'utf8'));
console.log(`@opentelemetry/exporter-prometheus ${version}, Node ${process.version}`);

const exporter = new PrometheusExporter({ preventServerStart: true });
const meter = new MeterProvider({ readers: [exporter] }).getMeter('finding');
meter.createHistogram('request.duration', { unit: 's' }).record(0.2);
meter.createCounter('requests', { unit: '{request}' }).add(1);
const { resourceMetrics } = await exporter.collect();
const written = new PrometheusSerializer().serialize(resourceMetrics);
const names = [...written.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name).filter((name) => name !== 'target_info');
console.log(`request.duration in s, requests: ${names.join(', ')}`);
const asBefore = names.join() === 'request_duration,requests_total';
console.log(asBefore ? 'No unit is added.' : 'CHANGED: it is not so any more.');
process.exitCode = asBefore ? 0 : 1;
SCRIPT
node main.js
