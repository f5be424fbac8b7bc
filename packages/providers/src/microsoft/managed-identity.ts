import { hostname } from 'node:os';
import { ConfigurationError } from '@everbearer/core';
import { providerId } from '../options/provider-id.ts';
import { fetchOrGlobal, requireMembers, requireScopes, requireText } from '../options/require-option.ts';
import { ENTRA_PROFILE } from '../servers/entra-profile.ts';
import type { ClientCredentialsProvider } from '../sign-in/client-credentials-provider.ts';
import { arcKeyFolder } from './arc-key.ts';
import { managedIdentityTokens, requireEndpointThere } from './managed-identity-reply.ts';
import { managedIdentityReply } from './managed-identity-request.ts';
import {
  type IdentityChoice,
  managedIdentityAsk,
  managedIdentitySource,
  resourceOf,
} from './managed-identity-source.ts';

/** Options of `managedIdentity()`. */
export interface ManagedIdentityOptions {
  /** One scope that ends in `/.default`, for instance `https://graph.microsoft.com/.default`. */
  scopes: readonly string[];
  /**
   * Client id of a user-assigned identity. At most one of the three; with none of them, the identity that the system gave to
   * the machine.
   */
  clientId?: string | undefined;
  /** Object (principal) id of a user-assigned identity. */
  objectId?: string | undefined;
  /** Azure resource id of a user-assigned identity, which begins with `/subscriptions/`. */
  resourceId?: string | undefined;
  /** What sends the requests. Default: the global `fetch`, as it is at the time of each request. */
  fetch?: typeof fetch | undefined;
}

const KNOWN = /* @__PURE__ */ Object.keys({
  scopes: true,
  clientId: true,
  objectId: true,
  resourceId: true,
  fetch: true,
} satisfies Record<keyof ManagedIdentityOptions, true>);

/**
 * Tokens of the identity that Azure gives to where a program runs: App Service, Functions, Container Apps, virtual machines,
 * machines of Azure Arc, Azure Machine Learning; in Cloud Shell those of the person. Found by the environment at each request, as Azure's own libraries do; nothing of `@azure/msal-node`
 * is used. Such an endpoint hands out the same token for hours, which is fine.
 *
 * `acquire` throws a TokenEndpointError, and a ConfigurationError on Service Fabric, whose certificate would have to
 * be pinned, and where the platform cannot choose an identity by the option given.
 * @throws {ConfigurationError} naming the option that is missing, unknown or unusable
 * @see https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview
 */
export function managedIdentity(options: ManagedIdentityOptions): ClientCredentialsProvider {
  return managedIdentityProvider(options, arcKeyFolder());
}

/** As `managedIdentity()`, with another folder for the keys of Azure Arc. */
export function managedIdentityProvider(
  options: ManagedIdentityOptions,
  keyFolder: string,
): ClientCredentialsProvider {
  const example = "{ scopes: ['https://graph.microsoft.com/.default'] }";
  requireMembers('managedIdentity()', options, KNOWN, example);
  const scopes = requireScopes(options.scopes);
  requireResource(scopes);
  const identity = requireIdentity(options);
  const fetch = fetchOrGlobal(options.fetch);
  let hasWorked = false;
  return {
    id: idOf(identity),
    profile: ENTRA_PROFILE,
    scopes,
    async acquire(context) {
      const source = managedIdentitySource();
      const ask = managedIdentityAsk(source, context.scopes, identity);
      const reply = await managedIdentityReply({ fetch, source, ask, keyFolder, hasWorked }, context);
      if (!hasWorked) requireEndpointThere(reply);
      const tokens = managedIdentityTokens(reply, source, identity);
      hasWorked = true;
      return tokens;
    },
  };
}

/**
 * A user-assigned identity is the same on every machine that has it. The system's own is another one on each machine, so
 * records in a store that machines share are kept apart by the machine's name.
 */
function idOf({ clientId, objectId, resourceId }: IdentityChoice): string {
  const isSystem = clientId === undefined && objectId === undefined && resourceId === undefined;
  return providerId({
    issuer: 'urn:azure:managed-identity',
    clientId: clientId ?? (isSystem ? `system@${hostname()}` : ''),
    grant: 'managed_identity',
    tokenParameters: {
      ...(objectId !== undefined && { object_id: objectId }),
      ...(resourceId !== undefined && { resource_id: resourceId.toLowerCase() }),
    },
  });
}

function requireIdentity({ clientId, objectId, resourceId }: ManagedIdentityOptions): IdentityChoice {
  const given = Object.entries({ clientId, objectId, resourceId }).filter(([, value]) => value !== undefined);
  const remedy = 'Leave it out for the identity that the system gave to the machine.';
  for (const [option, value] of given) requireText(option, value, remedy);
  const second = given[1]?.[0];
  if (second === undefined) return { clientId, objectId, resourceId };
  throw new ConfigurationError({
    option: second,
    message: `\`${second}\` is given beside another one. Give one of clientId, objectId and resourceId.`,
  });
}

function requireResource(scopes: readonly string[]): void {
  try {
    resourceOf(scopes);
  } catch {
    throw new ConfigurationError({
      option: 'scopes',
      message:
        "`scopes` must be one scope that ends in /.default. Write for instance ['https://graph.microsoft.com/.default'].",
    });
  }
}
