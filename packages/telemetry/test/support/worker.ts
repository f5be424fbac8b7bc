import { fileBackend } from '@everbearer/backends/file';
import { createTokenManager } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import { pino } from 'pino';
import { tokenFingerprint } from '../../src/fingerprint.ts';
import { logEvents } from '../../src/log.ts';
import { openTelemetry } from '../../src/opentelemetry.ts';
import { telemetryWorld } from './telemetry-world.ts';

/*
 * A process of its own that logs with pino to stdout. Asked for `token`, `renew`, `again` (another token than the last) or
 * `metrics`, it answers with the name of what it did.
 */

const [directory = '', issuer = '', clientId = '', key = ''] = process.argv.slice(2);
const world = telemetryWorld();
const measure = openTelemetry({ meter: world.meter, tracer: false, account: 'hash', key });
const log = logEvents(pino({ level: 'debug' }, pino.destination({ fd: 1, sync: true })));
const tokens = createTokenManager({
  provider: oauth2({ issuer, clientId, scopes: ['Mail.Read', 'offline_access'] }),
  backend: fileBackend({ directory }),
  account: 'ann@example.com',
  fingerprint: tokenFingerprint({ key }),
  onEvent(event) {
    measure(event);
    log(event);
  },
});
let last: string | undefined;

const asked: Record<string, () => Promise<unknown>> = {
  token: async () => {
    last = (await tokens.getToken()).token;
  },
  renew: async () => {
    last = (await tokens.renew()).token;
  },
  again: async () => {
    last = (await tokens.getToken({ rejected: last })).token;
  },
  metrics: () => world.metrics(),
};

process.on('message', (name: string) => {
  void asked[name]?.().then((result) => process.send?.({ name, result }));
});
