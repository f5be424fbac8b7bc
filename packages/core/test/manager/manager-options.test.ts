import { createTokenManager, type Seed, seedFrom, type TokenManagerOptions } from '@everbearer/core';
import {
  type BackendCapabilities,
  type ProviderProfile,
  STRICT_PROFILE,
  type TokenBackend,
} from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { expectRefusal, MARK } from '../support/expect-refusal.ts';
import { seedOf, sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';

const { provider } = strictServer();
const { backend } = sharedStore();
const capabilities = (changes: Partial<BackendCapabilities>): TokenBackend => ({
  ...backend,
  capabilities: { ...backend.capabilities, ...changes },
});
const acquire = async () => ({ accessToken: 'at' });
const clientCredentials = { id: 'p', profile: STRICT_PROFILE, scopes: ['a'], acquire };

describe('createTokenManager refuses what cannot work, by name', () => {
  const having = (changes: object) => ({ provider, backend, ...changes });
  const providing = (changes: object) => having({ provider: { ...provider, ...changes } });
  const profile = (changes: object) => providing({ profile: { ...STRICT_PROFILE, ...changes } });
  const timing = (changes: unknown) => having({ timing: changes });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'options'],
    ['null', null, 'options'],
    ['a text', MARK, 'options'],
    ['no provider', { backend }, 'provider'],
    ['a provider that is null', having({ provider: null }), 'provider'],
    ['a provider that can do nothing', providing({ refresh: undefined }), 'provider'],
    ['a provider whose refresh is a text', providing({ refresh: MARK }), 'provider'],
    ['a provider without an id', providing({ id: undefined }), 'provider.id'],
    ['a provider with an empty id', providing({ id: '' }), 'provider.id'],
    ['a provider with a number for an id', providing({ id: 5 }), 'provider.id'],
    ['a provider without scopes', providing({ scopes: undefined }), 'provider.scopes'],
    ['a provider with scopes as text', providing({ scopes: MARK }), 'provider.scopes'],
    ['a provider with scopes of mixed kind', providing({ scopes: ['a', 5] }), 'provider.scopes'],
    [
      'a provider with 5,000 characters of scopes',
      providing({ scopes: ['x'.repeat(5_000)] }),
      'provider.scopes',
    ],
    ['a provider without a profile', providing({ profile: undefined }), 'provider.profile'],
    ['a profile without a grace period', profile({ graceMs: undefined }), 'provider.profile'],
    ['a grace period as text', profile({ graceMs: '10' }), 'provider.profile'],
    ['a grace period that is no number', profile({ graceMs: Number.NaN }), 'provider.profile'],
    ['no backend', { provider }, 'backend'],
    ['a backend that is null', having({ backend: null }), 'backend'],
    ['a backend without load', having({ backend: { ...backend, load: undefined } }), 'backend'],
    ['a backend without save', having({ backend: { ...backend, save: undefined } }), 'backend'],
    [
      'a backend of unknown promise',
      having({ backend: { ...backend, capabilities: undefined } }),
      'backend.capabilities',
    ],
    [
      'a backend of wrong promise',
      having({ backend: capabilities({ cas: 'yes' as never }) }),
      'backend.capabilities',
    ],
    [
      'durable as text',
      having({ backend: capabilities({ durable: 'yes' as never }) }),
      'backend.capabilities',
    ],
    [
      'writable missing',
      having({ backend: capabilities({ writable: undefined as never }) }),
      'backend.capabilities',
    ],
    ['an empty account', having({ account: '' }), 'account'],
    ['an account that is a number', having({ account: 5 }), 'account'],
    ['an account that is null', having({ account: null }), 'account'],
    ['an account of 1,025 characters', having({ account: MARK.repeat(86) }), 'account'],
    ['onEvent as text', having({ onEvent: MARK }), 'onEvent'],
    ['a clock that does not go', having({ clock: {} }), 'clock'],
    ['a clock that is null', having({ clock: null }), 'clock'],
    ['a clock of misspelt chance', having({ clock: { ...systemClock, randm: () => 0.5 } }), 'clock.randm'],
    ['acceptLostRotations as text', having({ acceptLostRotations: 'false' }), 'acceptLostRotations'],
    ['an option of another name', having({ ephemeralRotation: true }), 'ephemeralRotation'],
    ['an option of another case', having({ onevent: () => undefined }), 'onevent'],
    ['a clock without chance', having({ clock: { ...systemClock, random: 0.5 } }), 'clock'],
    ['timing that is null', timing(null), 'timing'],
    ['timing as a number', timing(5), 'timing'],
    ['background: true', having({ background: true }), 'background'],
    ['a text for background', having({ background: MARK }), 'background'],
    ['timing of an unknown name', timing({ timeout: 5 }), 'timing.timeout'],
    ['a duration as text', timing({ recheckMs: '30000' }), 'timing.recheckMs'],
    ['a negative duration', timing({ maxWaitMs: -1 }), 'timing.maxWaitMs'],
    ['a duration that is no number', timing({ leaseTtlMs: Number.NaN }), 'timing.leaseTtlMs'],
    [
      'a duration without end',
      timing({ renewalTimeoutMs: Number.POSITIVE_INFINITY }),
      'timing.renewalTimeoutMs',
    ],
    ['a negative margin', timing({ softMarginMs: -1 }), 'timing.softMarginMs'],
    ['a margin as text', timing({ hardMarginMs: '1' }), 'timing.hardMarginMs'],
    ['requests that may take no time', timing({ requestTimeoutMs: 0 }), 'timing.requestTimeoutMs'],
    ['renewals that may take no time', timing({ renewalTimeoutMs: 0 }), 'timing.renewalTimeoutMs'],
    ['a lease too short for a retry', timing({ leaseTtlMs: 19_999 }), 'timing.leaseTtlMs'],
    ['a request too long for the lease', timing({ requestTimeoutMs: 20_001 }), 'timing.leaseTtlMs'],
    ['a seed that is a text', having({ seed: MARK }), 'seed'],
    ['a seed that is null', having({ seed: null }), 'seed'],
    ['a seed that is a backend', having({ seed: seedOf('rt').backend }), 'seed'],
    ['a seed for who needs none', { backend, provider: clientCredentials, seed: seedOf('rt').seed }, 'seed'],
    [
      'a seed in front of a seed',
      having({ backend: seedOf('rt').seed, seed: seedOf('rt').seed, acceptLostRotations: true }),
      'seed',
    ],
  ])('%s', async (_name, options, option) => {
    await expectRefusal(() => createTokenManager(options as TokenManagerOptions), option);
  });

  test.each<[string, object]>([
    ['every duration left undefined', timing({ recheckMs: undefined, softMarginMs: undefined })],
    ['waits of no time', timing({ recheckMs: 0, maxWaitMs: 0, softMarginMs: 0, hardMarginMs: 0 })],
    ['a lease that just holds a retry', timing({ leaseTtlMs: 20_000 })],
    ['no scopes at all', providing({ scopes: [] })],
  ])('%s is fine', (_name, options) => {
    expect(createTokenManager(options as TokenManagerOptions).state).toBe('unknown');
  });
});

describe('a refresh token that changes needs a place that keeps it', () => {
  const readOnly = seedFrom(capabilities({ writable: false, cas: 'none' }));
  const blind = capabilities({ cas: 'none' });
  const single = capabilities({ cas: 'process' });
  const rotating = { rotates: true, graceMs: 0 } as const;
  const lasting = { rotates: true, graceMs: Number.POSITIVE_INFINITY } as const;

  test.each<[string, Partial<ProviderProfile>, TokenBackend | Seed, boolean | undefined, boolean]>([
    ['rotating, read-only', rotating, readOnly, undefined, false],
    ['rotating, read-only, refused twice', rotating, readOnly, false, false],
    ['rotating, writes without comparing', rotating, blind, undefined, false],
    [
      'rotating with a minute of grace, read-only',
      { rotates: true, graceMs: 60_000 },
      readOnly,
      undefined,
      false,
    ],
    ['perhaps rotating, read-only', { rotates: 'unknown', graceMs: 0 }, readOnly, undefined, false],
    [
      'perhaps rotating, writes without comparing',
      { rotates: 'unknown', graceMs: 0 },
      blind,
      undefined,
      false,
    ],
    ['rotating, the loss accepted, read-only', rotating, readOnly, true, true],
    ['rotating, the loss accepted, without comparing', rotating, blind, true, true],
    ['rotating, old ones stay valid, read-only', lasting, readOnly, undefined, true],
    ['never rotating, read-only', { rotates: false, graceMs: 0 }, readOnly, undefined, true],
    ['never rotating, writes without comparing', { rotates: false, graceMs: 0 }, blind, undefined, true],
    ['rotating, one process', rotating, single, undefined, true],
    ['rotating, shared', rotating, backend, undefined, true],
  ])('%s', async (_name, profile, store, acceptLostRotations, accepted) => {
    const options = { provider: { ...provider, profile: { ...STRICT_PROFILE, ...profile } }, backend: store };
    const make = () =>
      createTokenManager({ ...options, ...(acceptLostRotations !== undefined && { acceptLostRotations }) });
    if (accepted) expect(make().state).toBe('unknown');
    else {
      await expectRefusal(make, 'backend');
      expect(make).toThrow(/single-use.*acceptLostRotations: true/s);
    }
  });

  test.each([true, false])(
    'one that is only read is a seed, the loss accepted or not (%s)',
    async (accepted) => {
      const plain = capabilities({ writable: false, cas: 'none' });
      const lenient = { ...provider, profile: { ...STRICT_PROFILE, ...lasting } };
      for (const each of [provider, lenient]) {
        const make = () =>
          createTokenManager({ provider: each, backend: plain, acceptLostRotations: accepted });
        await expectRefusal(make, 'backend');
        expect(make).toThrow(/read-only.*seed/s);
      }
    },
  );

  test('a provider that needs no refresh token may have any backend', () => {
    expect(createTokenManager({ provider: clientCredentials, backend: readOnly }).state).toBe('unknown');
  });
});
