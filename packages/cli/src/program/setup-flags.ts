import { VARIABLES } from '../config/overrides.ts';

/** Flags that every command has: [flag, words]. Those with `...` may be given several times. */
export const SETUP_FLAGS: readonly (readonly [flags: string, words: string])[] = [
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
