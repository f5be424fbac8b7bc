import type { AuthEvent, AuthEventListener, TokenManager } from '@everbearer/core';
import { trace } from '@opentelemetry/api';
import { accountNaming } from '../naming/account-naming.ts';
import { hasMethods, need } from '../options.ts';
import { fromCurrentMeter, SCOPE } from './current-meter.ts';
import { createInstruments } from './instruments.ts';
import { measureEvents } from './measure-event.ts';
import { checkOpenTelemetryOptions, type OpenTelemetryOptions } from './open-telemetry-options.ts';
import { quietly } from './quietly.ts';
import { renewalsUnderWay } from './renewals-under-way.ts';
import { createSessionWatch } from './session-watch.ts';
import { boundedSubjectAttributes, subjectAttributes } from './subject-attributes.ts';

/** A listener for `onEvent`, of token managers and of what sends requests: one for all of them. Never throws. */
export interface OpenTelemetryListener extends AuthEventListener {
  /**
   * Tells of this token manager as well how long its refresh token is still to live, and whether a person must sign in. Its
   * `status()` is asked each time metrics are collected, which looks at the store.
   * @returns ends it
   * @throws {ConfigurationError} when it is no token manager
   */
  observe(tokens: Pick<TokenManager, 'status' | 'account' | 'provider'>): () => void;
}

/**
 * Makes OpenTelemetry metrics and spans of events: pass it as `onEvent` to `createTokenManager()` or `createAccounts()`, and to
 * `createAuthFetch()` or `bearerAuth()`. Durations are in seconds. No token and no address of a request is in them.
 * @throws {ConfigurationError} that names the option
 * @see https://opentelemetry.io/docs/specs/semconv/general/naming/
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): OpenTelemetryListener {
  const { meter, tracer, accountLimit, ...accounts } = checkOpenTelemetryOptions(options);
  const nameOf = accountNaming(accounts);
  const bounded = boundedSubjectAttributes(nameOf, accountLimit);
  const instruments = fromCurrentMeter(meter, createInstruments);
  const measure = measureEvents(bounded);
  const spans = tracer === false ? undefined : (tracer ?? trace.getTracer(SCOPE));
  const follow = renewalsUnderWay(spans, subjectAttributes(nameOf));
  const watch = createSessionWatch(bounded);
  const watching = fromCurrentMeter(meter, watch.register, ({ stop }) => stop());
  let isWatching = false;

  function listen(event: AuthEvent): void {
    const ended = quietly(() => follow(event));
    quietly(() => {
      const to = instruments();
      if (to) measure(to, event, ended);
    });
    if (isWatching) quietly(watching);
  }

  return Object.assign(listen, {
    observe(tokens: Parameters<OpenTelemetryListener['observe']>[0]) {
      need(
        hasMethods(tokens, 'status'),
        'tokens',
        'must be a token manager: what createTokenManager() returned.',
      );
      isWatching = true;
      quietly(watching);
      return watch.add(tokens);
    },
  });
}
