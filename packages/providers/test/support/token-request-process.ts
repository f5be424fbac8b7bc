import { microsoft } from '@everbearer/providers/microsoft';
import { oauth2 } from '@everbearer/providers/oauth2';

/*
 * A process that warms a connection to each token endpoint, and then makes one token request to each, on whatever runtime
 * it was started with. Prints what came of them, as a list in JSON. Arguments: `oauth2=ORIGIN` or `microsoft=ORIGIN`.
 */

async function outcome(kind: string, origin: string): Promise<string> {
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
    return 'tokens';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

const asked = process.argv.slice(2).map((argument) => argument.split('=') as [string, string]);
console.log(JSON.stringify(await Promise.all(asked.map(([kind, origin]) => outcome(kind, origin)))));
