import type { ReceivedTokens } from '../record/received-tokens.ts';
import type { RenewalContext } from './renewal-context.ts';

/**
 * Says that a server granted less than was asked for: once, and again when what it grants changes. `before` are the scopes
 * of the token that the new one replaces.
 */
export function warnOfNarrowing(
  { emit }: Pick<RenewalContext, 'emit'>,
  before: readonly string[] | undefined,
  { access, missingScopes }: ReceivedTokens,
): void {
  if (!access || !missingScopes?.length || before?.join(' ') === access.scopes?.join(' ')) return;
  emit({
    type: 'warning',
    code: 'scopes_narrowed',
    message: `The server did not grant ${missingScopes.join(' ')}. Sign in again and consent to it, or take it out of \`scopes\`.`,
  });
}
