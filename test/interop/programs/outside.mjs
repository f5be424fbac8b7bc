// Libraries of majors that are not supported: what each use of them says. Prints it as JSON.
import { memoryBackend } from '@everbearer/backends/memory';
import { redisBackend } from '@everbearer/backends/redis';
import { createTokenManager, staticTokenSource } from '@everbearer/core';
import { bearerAuth } from '@everbearer/ky-plugin';
import { microsoft } from '@everbearer/providers/microsoft';
import ky from 'ky';
import { createClient, createCluster } from 'redis';

const said = (error) => ({ name: error.name, option: error.option, message: error.message });
const refused = (make) => {
  try {
    make();
  } catch (error) {
    return said(error);
  }
};

const provider = microsoft({
  tenantId: 'common',
  clientId: 'an-app',
  scopes: ['Mail.Read'],
  endpoints: { token: 'http://127.0.0.1:1/token' },
});
const tokens = createTokenManager({ provider, backend: memoryBackend() });
await tokens.signIn({ refreshToken: 'a refresh token' });

console.log(
  JSON.stringify({
    redis: refused(() => redisBackend({ client: createClient() })),
    cluster: refused(() => redisBackend({ client: createCluster({ rootNodes: [{}] }) })),
    ky: await ky
      .extend(bearerAuth(staticTokenSource('token-1'), { origins: ['http://127.0.0.1:1'] }))
      .get('http://127.0.0.1:1/')
      .catch(said),
    msal: await tokens.getToken().catch(said),
  }),
);
process.exit();
