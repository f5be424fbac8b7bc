import { TokenBackendError } from '@everbearer/core';

/** The capabilities of a read-only backend. */
export const READ_ONLY = { cas: 'none', durable: true, writable: false } as const;

/** The answer to every save. */
export async function refuseToSave(place: string): Promise<never> {
  throw new TokenBackendError({
    code: 'not_writable',
    message: `Nothing can be saved in ${place}: it is only read. Give it as \`seed\`, in front of a \`backend\` that can be written (fileBackend, redisBackend, defineBackend).`,
  });
}

/** Differs from content to content, and does not reveal the content. */
export async function contentVersion(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`version\n${text}`));
  return Array.from(new Uint8Array(digest).slice(0, 12), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
}
