import type { Counter, Histogram, Meter, ObservableGauge, ObservableUpDownCounter } from '@opentelemetry/api';

/** Everything that is measured. Names and units follow the semantic conventions; none is renamed without a major version. */
export interface Instruments {
  renewalDuration: Histogram;
  leaseWaitDuration: Histogram;
  leaseTakeovers: Counter;
  adoptions: Counter;
  saveFailures: Counter;
  saveDelay: Histogram;
  repairs: Counter;
  signIns: Counter;
  signOuts: Counter;
  reauthorizationDemands: Counter;
  warnings: Counter;
  replays: Counter;
  rejections: Counter;
  stepUps: Counter;
  refusals: Counter;
}

/** What is looked up each time metrics are collected. */
export interface SessionInstruments {
  remaining: ObservableGauge;
  pending: ObservableUpDownCounter;
  unreadable: ObservableUpDownCounter;
}

/** In seconds. A token request may take 10 s and is sent twice within a lease of 40 s at most; a whole renewal may take 90 s. */
const RENEWAL_SECONDS = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 10, 20, 40, 90];
/** In seconds: a store that is away may be so for hours. */
const SAVE_SECONDS = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600];

export function createInstruments(meter: Meter): Instruments {
  const count = (name: string, what: string, description: string) =>
    meter.createCounter(`everbearer.${name}`, { unit: `{${what}}`, description });
  const duration = (name: string, explicitBucketBoundaries: number[], description: string) =>
    meter.createHistogram(`everbearer.${name}`, {
      unit: 's',
      description,
      advice: { explicitBucketBoundaries },
    });
  return {
    renewalDuration: duration('renewal.duration', RENEWAL_SECONDS, 'Renewals of access tokens'),
    leaseWaitDuration: duration('lease.wait.duration', RENEWAL_SECONDS, 'Waits for renewals of others'),
    leaseTakeovers: count('lease.takeovers', 'takeover', 'Leases taken over from holders that went silent'),
    adoptions: count('token.adoptions', 'adoption', 'Tokens taken over from the renewals of others'),
    saveFailures: count('store.save.failures', 'failure', 'Renewals that the store did not take at once'),
    saveDelay: duration('store.save.delay', SAVE_SECONDS, 'How late tokens were saved, where it was late'),
    repairs: count('store.repairs', 'repair', 'Losses of the store that were made good'),
    signIns: count('session.sign_ins', 'sign_in', 'Sign-ins'),
    signOuts: count('session.sign_outs', 'sign_out', 'Sign-outs'),
    reauthorizationDemands: count('reauthorization.demands', 'demand', 'A person must sign in again'),
    warnings: count('warnings', 'warning', 'Things to know about the set-up'),
    replays: count('request.replays', 'request', 'Requests that were sent again with a renewed token'),
    rejections: count('request.rejections', 'request', 'Rejections of tokens that reached the caller'),
    stepUps: count('request.step_ups', 'request', 'Requests that ask for another consent or sign-in'),
    refusals: count('request.refusals', 'request', 'Requests that were not sent'),
  };
}

export function createSessionInstruments(meter: Meter): SessionInstruments {
  return {
    remaining: meter.createObservableGauge('everbearer.session.remaining', {
      unit: 's',
      description: 'Time until the refresh token ends; of several accounts, the one that ends first',
    }),
    pending: meter.createObservableUpDownCounter('everbearer.reauthorization.pending', {
      unit: '{account}',
      description: 'Accounts that wait for a person to sign in',
    }),
    unreadable: meter.createObservableUpDownCounter('everbearer.session.unreadable', {
      unit: '{account}',
      description: 'Accounts of which nothing can be told, since the store does not answer',
    }),
  };
}
