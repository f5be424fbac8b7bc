import { ConfigurationError, TokenBackendError } from '@everbearer/core';

/** What a backend that is only read from says of itself. */
export const READ_ONLY = { cas: 'none', durable: true, writable: false } as const;

/** The answer to every save. */
export async function refuseToSave(place: string): Promise<never> {
  throw new TokenBackendError({
    code: 'not_writable',
    message: `Nothing can be saved in ${place}: it is only read. Give it as \`seed\`, in front of a \`backend\` that can be written (fileBackend, redisBackend, defineBackend).`,
  });
}

/** Tells one content from the next without holding it. */
export async function contentVersion(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`version\n${text}`));
  return Array.from(new Uint8Array(digest).slice(0, 12), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
}

/** @throws {ConfigurationError} when the one option that a read-only backend needs is missing */
export function requireOptions(options: unknown, usage: string): void {
  if (typeof options === 'object' && options !== null) return;
  throw new ConfigurationError({ option: 'options', message: `${usage} takes an object.` });
}
