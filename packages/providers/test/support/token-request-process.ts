import { microsoft } from '@everbearer/providers/microsoft';
import { oauth2 } from '@everbearer/providers/oauth2';

/*
 * A process that warms a connection to the token endpoint, and then makes one token request, on whatever runtime it was
 * started with. Prints what came of it.
 */

const [origin = '', kind] = process.argv.slice(2);
const warm = await fetch(`${origin}/warm`, { method: 'POST', body: 'warm' });
await warm.text();
// The connection goes back into the pool.
await new Promise((resolve) => setTimeout(resolve, 50));

const scopes = ['read'];
const provider =
  kind === 'microsoft'
    ? microsoft({ tenantId: 'tenant', clientId: 'client', scopes, endpoints: { token: `${origin}/token` } })
    : oauth2({ tokenEndpoint: `${origin}/token`, clientId: 'client', scopes });
try {
  await provider.refresh?.({ refreshToken: 'rt-1' }, { scopes, signal: AbortSignal.timeout(10_000) });
  console.log('tokens');
} catch (error) {
  console.log((error as { code?: string }).code ?? String(error));
}
