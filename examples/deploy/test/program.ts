// A program on the library, with the description of the command line. Prints what became of one renewal.
import { AuthError, createAccounts } from '@everbearer/core';
import { loadConfig } from 'everbearer';

const { provider, backend, seed, accounts } = await loadConfig();
const tokens = createAccounts({ provider, backend, seed }).for(accounts[0] ?? 'default');
try {
  await tokens.renew();
  const { state, warnings, renewals } = await tokens.status();
  console.log(JSON.stringify({ state, warnings, renewals }));
} catch (error) {
  if (!(error instanceof AuthError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
await tokens.close();
await backend.close?.();
