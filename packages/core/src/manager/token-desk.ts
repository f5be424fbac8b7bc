import { AuthError } from '../errors/auth-error.ts';
import { TokenRejectedError } from '../errors/token-rejected-error.ts';
import type { RenewalReason } from '../events.ts';
import { MOMENT_MS } from '../memory/glance.ts';
import { assess, type Demand, type HeldToken, isFinalRejection, isOutlived } from '../memory/held-token.ts';
import type { TokenMemory } from '../memory/token-memory.ts';
import { scopeOf } from '../record/credential-record.ts';
import { passClaims } from '../renewal/claims-brake.ts';
import { isHeldBack } from '../renewal/decisions.ts';
import { punishesReplays } from '../renewal/old-tokens-die.ts';
import type { RenewalContext, Renewed } from '../renewal/renewal-context.ts';
import type { AccessToken, TokenAsk } from '../token.ts';
import { checkAsk } from './check-ask.ts';
import type { Renewals } from './renewals.ts';

/** Where tokens are handed out: the path of every request. A held token that satisfies the ask costs no I/O. */
export interface TokenDesk {
  getToken(ask?: TokenAsk): Promise<AccessToken>;
  peek(ask?: TokenAsk): AccessToken | undefined;
  /** As `getToken`, for a token newer than the held one. */
  renew(ask?: TokenAsk): Promise<AccessToken>;
}

/** A renewal that a caller joined may bring a token that does not satisfy it. So many renewals it waits for. */
const MOST_ROUNDS = 3;

const ASKS_NOTHING: TokenAsk = {};

export function createTokenDesk(
  parts: Pick<RenewalContext, 'memory' | 'clock' | 'closing' | 'provider' | 'refusals'>,
  { behindCalls, flights, looks, ownScope, plan }: Renewals,
): TokenDesk {
  const { memory, clock, closing, provider, refusals } = parts;
  const { glance } = memory;
  const scopeFor = ({ scopes }: TokenAsk) => (scopes ? scopeOf(scopes) : ownScope);

  function admit(ask: TokenAsk): void {
    if (closing.aborted) throw closedError();
    if (ask !== ASKS_NOTHING) checkAsk(ask);
  }

  /** The held token if it satisfies the demand; and what may go on behind it is begun. */
  function serve(scope: string, ask: TokenAsk, demand: Demand): AccessToken | undefined {
    const now = clock.monotonic();
    const mayRenew = behindCalls.allowedBy(now);
    const held = memory.held(scope);
    if (!held) return undefined;
    const freshness = assess(held, memory.ageOf(held, now), demand);
    if (freshness === 'unusable') return undefined;
    if (freshness === 'expiring' && mayRenew) renewBehind(scope, ask, now);
    if (looks.isDue(now) && !flights.busy) looks.lookInBackground();
    return held.token;
  }

  function renewBehind(scope: string, { scopes }: TokenAsk, now: number): void {
    if (!refusals.allowsBackground(now) || isHeldBack(memory, scope)) return;
    // A reply was lost: what was presented may be spent, and presenting it again may end the token in use as well.
    if (memory.known?.replyLost && punishesReplays(provider)) return;
    flights.startInBackground(scope, plan(scopes, ASKS_NOTHING, 'expiring'));
  }

  function noteRejection(scope: string, { rejected, claims }: TokenAsk): void {
    if (rejected === undefined) return;
    const held = memory.held(scope);
    if (held?.text === rejected && isFinalRejection(held, memory.ageOf(held), claims)) {
      throw new TokenRejectedError();
    }
    if (claims === undefined) memory.reject(rejected);
  }

  /** Waits for a renewal, this caller's own or one under way, until it brings a token that satisfies the demand. */
  async function obtain(scope: string, ask: TokenAsk, demand: Demand, forced: boolean): Promise<AccessToken> {
    const { claims, signal } = ask;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      signal?.throwIfAborted();
      if (!forced && claims === undefined) refusals.repeat(scope);
      const flight = plan(ask.scopes, demand, forced ? 'forced' : reasonFor(memory.held(scope), ask));
      const key = claims === undefined ? scope : `${scope}\n${claims}`;
      if (flight.reason === 'claims' && !flights.has(key)) passClaims(memory, memory.known, scope);
      const renewed = await flights.join(key, flight, signal);
      if (isSameAgain(renewed, ask)) break;
      // A person may have signed out, or in as somebody else, since it came.
      if (memory.held(scope) === renewed.held && fits(renewed, demand, memory)) return renewed.held.token;
      const token = serve(scope, ask, demand);
      if (token) return token;
    }
    throw new TokenRejectedError({
      message:
        'The authorization server issued the rejected token again, so it is good and the request is what was rejected. Check the audience, scopes and permissions that it needs.',
    });
  }

  /** The held token if it is fresh, and nothing else is due. */
  function look(ask: TokenAsk): AccessToken | undefined {
    if (ask !== ASKS_NOTHING) checkAsk(ask);
    const held = memory.held(scopeFor(ask));
    const now = clock.monotonic();
    if (!held || closing.aborted || looks.isDue(now)) return undefined;
    const ageMs = memory.ageOf(held, now);
    if (assess(held, ageMs, ask) !== 'fresh') return undefined;
    if (ask === ASKS_NOTHING && !looks.isDue(now + MOMENT_MS))
      glance.note(held.token, held.expiringAgeMs - ageMs);
    return held.token;
  }

  return {
    async getToken(ask = ASKS_NOTHING) {
      admit(ask);
      const scope = scopeFor(ask);
      noteRejection(scope, ask);
      const token = serve(scope, ask, ask);
      if (token) return token;
      // The caller may change its object while this waits.
      const asked = { ...ask };
      return obtain(scope, asked, asked, false);
    },
    peek(ask = ASKS_NOTHING) {
      return (ask === ASKS_NOTHING && glance.token()) || look(ask);
    },
    async renew(ask = ASKS_NOTHING) {
      admit(ask);
      const scope = scopeFor(ask);
      if (!looks.any) await flights.await(looks.look(), ask.signal);
      const demand = { ...ask, rejected: ask.rejected ?? memory.held(scope)?.text };
      return serve(scope, ask, demand) ?? obtain(scope, ask, demand, true);
    },
  };
}

/** What a closed token manager answers to everything. */
export function closedError(): AuthError {
  return new AuthError({
    code: 'closed',
    message: 'This token manager was closed. Create a new one.',
  });
}

/** Why an ask that the held token does not satisfy begins a renewal. */
function reasonFor(held: HeldToken | undefined, ask: TokenAsk): RenewalReason {
  if (ask.claims !== undefined) return 'claims';
  if (ask.rejected !== undefined || held?.isRejected) return 'rejected';
  return held ? 'expired' : 'missing';
}

/** The server was asked for another token than the one this caller had rejected, and gave that one again. */
function isSameAgain({ held, received, rejected }: Renewed, ask: TokenAsk): boolean {
  return received && held.text === ask.rejected && held.text === rejected;
}

/** Whether a renewal's token may be handed out. Of one that was received just now nothing better can be had. */
function fits({ held, received }: Renewed, demand: Demand, memory: TokenMemory): boolean {
  const ageMs = memory.ageOf(held);
  if (!received) return assess(held, ageMs, demand) !== 'unusable';
  return !held.isRejected && !isOutlived(held, ageMs);
}
