import { createAuthorizationServer } from '@everbearer/testing/authorization-server';
import type { FarEndAddresses, FarEndOptions } from '../far-end.ts';
import { createMailApi } from '../mail-api.ts';
import { farEndCommands } from './far-end-commands.ts';
import { serveControl } from './far-end-control.ts';

/*
 * The far end as a process: takes its options as JSON in its environment, tells its parent its addresses when it is
 * ready, and ends on SIGTERM, or when its parent asks or is gone.
 */
const options = JSON.parse(process.env['FAR_END'] ?? '{}') as FarEndOptions;
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
process.once('disconnect', () => void stop());

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
if (process.connected) process.send?.(addresses);
else await stop();
