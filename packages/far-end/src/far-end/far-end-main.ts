import { createAuthorizationServer } from '@everbearer/testing/authorization-server';
import type { FarEndAddresses, FarEndOptions } from '../far-end.ts';
import { createMailApi } from '../mail-api.ts';
import { farEndCommands } from './far-end-commands.ts';
import { serveControl } from './far-end-control.ts';

/*
 * The far end as a process: takes its options as JSON in the first argument, prints its addresses as one line
 * of JSON when it is ready, and ends on SIGTERM or when its standard input closes, that is with its parent.
 */
const options = JSON.parse(process.argv[2] ?? '{}') as FarEndOptions;
const server = await createAuthorizationServer(options.authorizationServer);
const api = await createMailApi({ ...options.mailApi, authorizationServer: server });
const control = await serveControl(farEndCommands(server, api));

const stop = async () => {
  await Promise.all([control.close(), api.close(), server.close()]);
  process.exit(0);
};
process.once('SIGTERM', () => void stop());
// Ctrl-C reaches the whole group; the parent still wants the counts, and its end ends this process anyway.
process.on('SIGINT', () => undefined);
process.stdin.once('close', () => void stop()).resume();

const addresses: FarEndAddresses = {
  url: server.url,
  authority: server.authority,
  issuer: server.issuer,
  tokenEndpoint: server.tokenEndpoint,
  metadata: server.metadata,
  tenantId: server.tenantId,
  clientId: server.clientId,
  ...(server.daemon && { daemon: server.daemon }),
  accounts: server.accounts,
  apiUrl: api.url,
  controlUrl: control.url,
};
process.stdout.write(`${JSON.stringify(addresses)}\n`);
