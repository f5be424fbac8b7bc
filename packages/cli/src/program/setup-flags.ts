import { VARIABLES } from '../config/overrides.ts';
import type { CommandSpec } from './command-spec.ts';

type Flags = readonly (readonly [flags: string, words: string])[];

/** Flags that say which set-up is meant: [flag, words]. Those with `...` may be given several times. */
const SETUP_FLAGS: Flags = [
  ['--config <path>', 'configuration file (EVERBEARER_CONFIG)'],
  ['--account <name>', `whose tokens (${VARIABLES.account})`],
  ['--provider <kind>', `microsoft or oauth2 (${VARIABLES.provider})`],
  ['--tenant <id>', `tenant at Microsoft Entra (${VARIABLES.tenant})`],
  ['--client-id <id>', `client id (${VARIABLES.clientId})`],
  ['--issuer <url>', `issuer of any other server (${VARIABLES.issuer})`],
  ['--token-endpoint <url>', `its token endpoint (${VARIABLES.tokenEndpoint})`],
  ['--grant <name>', `refresh_token or client_credentials (${VARIABLES.grant})`],
  ['--scope <scope...>', `scopes (${VARIABLES.scope})`],
  ['--origin <origin...>', `where requests may bear the token (${VARIABLES.origin})`],
  ['--directory <path>', `where tokens are kept (${VARIABLES.directory})`],
];

/** Those of them that a command has. */
export function setupFlagsOf({ isWithoutSetup }: Pick<CommandSpec, 'isWithoutSetup'>): Flags {
  return isWithoutSetup ? [] : SETUP_FLAGS;
}
