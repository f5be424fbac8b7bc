import type { EverbearerConfig } from './everbearer-config.ts';

/** Where requests may bear the token: as described, else at Entra Microsoft Graph, else nowhere. */
export async function originsOf({ provider, origins }: EverbearerConfig): Promise<readonly string[]> {
  if (origins) return origins;
  if (typeof provider === 'function' || provider.kind !== 'microsoft') return [];
  const { microsoftClouds } = await import('@everbearer/providers/microsoft');
  return [microsoftClouds[provider.cloud ?? 'public'].graph];
}
