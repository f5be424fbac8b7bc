import { type AuthError, ConfigurationError, type ReauthorizationReason } from '@everbearer/core';
import { type ApiAnswer, apiDouble } from './api-double.ts';
import type { DoubleParts } from './double-parts.ts';
import type { DoubleVerdict } from './double-tokens.ts';
import { faultMaker, type RenewalFault } from './renewal-fault.ts';
import { isDuration } from './token-double-options.ts';

const REASONS = Object.keys({
  no_credential: true,
  revoked: true,
  ambiguous_rotation: true,
  interaction_required: true,
  signed_out: true,
} satisfies Record<ReauthorizationReason, true>);

/** What a test does with its double. */
export function createDoubleControls({ tokens, script }: DoubleParts) {
  return {
    expire(): void {
      for (const entry of tokens.inHand()) entry.endsAt = Date.now();
    },
    revoke(): void {
      for (const entry of tokens.inHand()) entry.isRevoked = true;
    },
    requireSignIn(reason: ReauthorizationReason = 'revoked'): void {
      need(REASONS.includes(reason), 'reason', `one of ${REASONS.join(', ')}`);
      script.person = reason;
    },
    slowDown(renewalMs: number): void {
      need(isDuration(renewalMs), 'renewalMs', 'a number of milliseconds, 0 or more');
      script.renewalMs = renewalMs;
    },
    failRenewals(fault: RenewalFault | AuthError, times = 1): void {
      need(typeof times === 'number' && times >= 0, 'times', 'a number, 0 or more');
      script.fault = { make: faultMaker(fault), times };
    },
    judge: (token: string): DoubleVerdict => tokens.judge(token),
    api(answer: ApiAnswer = () => Response.json({})): typeof fetch {
      need(typeof answer === 'function', 'answer', 'a function (request) => Response');
      return apiDouble(tokens.judge, answer, () => {
        script.rejections += 1;
      });
    },
  };
}

function need(holds: boolean, option: string, words: string): void {
  if (!holds) throw new ConfigurationError({ option, message: `\`${option}\` must be ${words}.` });
}
