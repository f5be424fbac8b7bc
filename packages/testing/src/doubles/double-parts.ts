import { createDoubleRenewals, type DoubleRenewals, scopeOf } from './double-renewals.ts';
import { createScript, type DoubleScript, reasonOf } from './double-script.ts';
import type { DoubleFacts } from './double-status.ts';
import { createDoubleTokens, type DoubleTokens } from './double-tokens.ts';
import type { TokenDoubleSettings } from './token-double-options.ts';

/** What the parts of one double share. */
export interface DoubleParts {
  readonly settings: TokenDoubleSettings;
  readonly tokens: DoubleTokens;
  readonly script: DoubleScript;
  readonly renewals: DoubleRenewals;
}

/** A double at its beginning: with a token in hand where somebody is signed in. */
export function createDoubleParts(settings: TokenDoubleSettings): DoubleParts {
  const tokens = createDoubleTokens();
  const script = createScript(settings);
  const renewals = createDoubleRenewals(settings, tokens, script);
  if (settings.signedIn) renewals.issue(settings.scopes);
  return { settings, tokens, script, renewals };
}

/** What its status is made of. */
export function factsOf({ settings, tokens, script, renewals }: DoubleParts): DoubleFacts {
  const scope = scopeOf(settings.scopes);
  const isUsable = script.person === undefined && tokens.usable(scope, {}) !== undefined;
  return {
    account: settings.account,
    isClosed: script.isClosed,
    reason: isUsable ? undefined : reasonOf(script),
    hasRefreshToken: script.hasRefreshToken,
    username: script.username,
    signedInAt: script.signedInAt,
    renewals: renewals.brought,
    isRenewing: renewals.isRunning,
    held: tokens.held(scope),
    isUsable,
    lastFault: renewals.lastFault,
  };
}
