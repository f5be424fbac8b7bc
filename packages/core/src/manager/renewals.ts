import type { RenewalReason } from '../events.ts';
import type { Demand } from '../memory/held-token.ts';
import { scopeOf } from '../record/credential-record.ts';
import { renew } from '../renewal/renewal.ts';
import type { Flight, RenewalContext, Renewed } from '../renewal/renewal-context.ts';
import { type BackgroundOption, type BehindCalls, createBehindCalls } from './behind-calls.ts';
import { createFlights, type Flights } from './flights.ts';
import { createStoreLooks, type StoreLooks } from './store-looks.ts';

/** What one manager does one after the other: renewals, and the looks at the store between them. */
export interface Renewals {
  readonly flights: Flights<Renewed>;
  readonly looks: StoreLooks;
  readonly behindCalls: BehindCalls;
  /** The provider's own scopes, which an ask without scopes means. */
  readonly ownScope: string;
  /** The renewal that brings a token for this demand. */
  plan(scopes: readonly string[] | undefined, demand: Demand, reason: RenewalReason): Flight;
}

export function createRenewals(context: RenewalContext, background: BackgroundOption | undefined): Renewals {
  const { commits, endpointWait, provider, refusals } = context;
  const behindCalls = createBehindCalls(context, background);
  const { handOver } = behindCalls;
  const ownScope = scopeOf(provider.scopes);
  const fly = async (flight: Flight) => {
    try {
      const renewed = await renew(context, flight);
      refusals.forget(flight.scope);
      return renewed;
    } catch (error) {
      refusals.failed(error, flight.demand.claims === undefined ? flight.scope : undefined);
      throw error;
    } finally {
      looks.note();
      if (commits.unsaved) handOver(commits.unsaved);
    }
  };
  const flights = createFlights(fly, { endpointWait, handOver });
  function plan(
    scopes: readonly string[] = provider.scopes,
    { rejected, claims, minLifeMs }: Demand,
    reason: RenewalReason,
  ): Flight {
    const scope = scopes === provider.scopes ? ownScope : scopeOf(scopes);
    const demand = { rejected, claims, minLifeMs };
    return {
      scope,
      scopes,
      isDefault: scope === ownScope,
      demand,
      reason,
      background: false,
    };
  }
  const looks = createStoreLooks({
    context,
    enqueue: flights.enqueue,
    handOver,
    onWork(reason) {
      if (behindCalls.allowed) flights.startInBackground(ownScope, plan(undefined, {}, reason));
    },
  });
  return { flights, looks, behindCalls, ownScope, plan };
}
