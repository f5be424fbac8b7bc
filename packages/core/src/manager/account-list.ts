import { need } from '../check-option.ts';
import { AuthError } from '../errors/auth-error.ts';
import { TokenBackendError } from '../errors/token-backend-error.ts';
import { emit } from '../events.ts';
import { parseRecord } from '../record/credential-record.ts';
import { recordKey } from '../record/digest.ts';
import type { ManagerSettings } from './check-manager-options.ts';

type ListSettings = Pick<ManagerSettings, 'backend' | 'provider' | 'onEvent'>;

/**
 * The accounts of this provider that are stored and not signed out. A damaged record is skipped with a `warning` event,
 * since it does not say whose it is.
 * @throws {ConfigurationError} when the backend cannot list
 * @throws {TokenBackendError} when the store cannot be read
 */
export async function* listAccounts(settings: ListSettings): AsyncGenerator<string> {
  const { backend, provider, onEvent } = settings;
  need(
    backend.list,
    'backend',
    'cannot list what it keeps, so accounts cannot be listed. Give `list` to defineBackend(), or use a backend that has it.',
  );
  try {
    for await (const key of backend.list()) {
      try {
        const account = await accountAt(key, settings);
        if (account !== undefined) yield account;
      } catch (error) {
        if (!(error instanceof TokenBackendError) || error.code !== 'damaged') throw error;
        const message = `A record was passed over while accounts were listed. ${error.message}`;
        const about = { account: undefined, provider: provider.id };
        emit(onEvent, { type: 'warning', code: 'unreadable_record', message, ...about });
      }
    }
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    throw new TokenBackendError({
      code: 'unavailable',
      message: 'The token backend failed to list its records. Check that its store can be reached.',
      cause,
    });
  }
}

/** Undefined for a record of another provider, and for an account that is signed out. */
async function accountAt(key: string, { backend, provider }: ListSettings): Promise<string | undefined> {
  const stored = await backend.load(key);
  if (!stored) return undefined;
  const { account, state } = parseRecord(stored.data, stored.version);
  const isOurs = (await recordKey(provider, account)) === key;
  return isOurs && state !== 'signed_out' ? account : undefined;
}
