import { ConfigurationError } from '@everbearer/core';

/** The clouds of Microsoft, by name. GCC of the United States is in `public`. */
export type MicrosoftCloudName = 'public' | 'us-government' | 'us-defense' | 'china';

/** Where the services of a cloud are. */
export interface MicrosoftCloud {
  /** The origin of its sign-in service: what `authority` means. */
  readonly authority: string;
  /** The origin of Microsoft Graph in it: for `origins`, and before each scope that is written as an address. */
  readonly graph: string;
}

/**
 * The clouds of Microsoft: a tenant is in one of them, and its tokens are good in that one alone.
 * @see https://learn.microsoft.com/graph/deployments
 * @see https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
 */
export const microsoftClouds: Readonly<Record<MicrosoftCloudName, MicrosoftCloud>> = {
  public: { authority: 'https://login.microsoftonline.com', graph: 'https://graph.microsoft.com' },
  'us-government': { authority: 'https://login.microsoftonline.us', graph: 'https://graph.microsoft.us' },
  'us-defense': { authority: 'https://login.microsoftonline.us', graph: 'https://dod-graph.microsoft.us' },
  china: {
    authority: 'https://login.partner.microsoftonline.cn',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
  },
};

/** Older names of the sign-in services, which still answer. */
const ALIASES: Readonly<Record<string, string>> = /* @__PURE__ */ (() => ({
  'https://login.microsoft.com': microsoftClouds.public.authority,
  'https://login.windows.net': microsoftClouds.public.authority,
  'https://sts.windows.net': microsoftClouds.public.authority,
  'https://login.usgovcloudapi.net': microsoftClouds['us-government'].authority,
  'https://login.chinacloudapi.cn': microsoftClouds.china.authority,
}))();

/**
 * Finds scopes of another cloud's Graph, for which no token can come.
 * @throws {ConfigurationError} `scopes`
 */
export function refuseOtherClouds(
  scopes: readonly string[],
  { authority, cloud }: { authority: string; cloud: MicrosoftCloudName | undefined },
): void {
  const own = ALIASES[authority] ?? authority;
  const graphs = Object.values(microsoftClouds).filter((each) => each.authority === own);
  const right = cloud === undefined ? graphs.map(({ graph }) => graph) : [microsoftClouds[cloud].graph];
  const wrong = Object.values(microsoftClouds).find(
    ({ graph }) => !right.includes(graph) && scopes.some((scope) => scope.startsWith(`${graph}/`)),
  );
  if (wrong === undefined || graphs.length === 0) return;
  throw new ConfigurationError({
    option: 'scopes',
    message: `\`scopes\` names ${wrong.graph}, and at ${authority} Graph is ${right.join(' or ')}. Write that one in \`scopes\` and in \`origins\`, or set \`cloud\`.`,
  });
}
