import type { Meter, Tracer } from '@opentelemetry/api';
import type { AccountNaming, AccountOptions } from '../naming/account-naming.ts';
import { checkOptions, hasMethods, need } from '../options.ts';

/** What `openTelemetry()` can be told. */
export interface OpenTelemetryOptions extends AccountOptions {
  /** Where metrics go; `false`: nowhere. Default: a meter of the global provider, also of one that is registered later. */
  meter?: Meter | false | undefined;
  /** Where spans go; `false`: nowhere. Default: a tracer of the global provider, also of one that is registered later. */
  tracer?: Tracer | false | undefined;
  /**
   * Whether metrics and spans say whose tokens they are about: by the account's name, by eight characters that `key` makes of
   * it, or not. Default `'omit'`, since names may be e-mail addresses, and each makes time series of its own.
   */
  account?: AccountNaming | undefined;
  /** How many different accounts metrics tell apart; all others are counted as `_OTHER`. 1 or more. Default 100. */
  accountLimit?: number | undefined;
}

const DEFAULT_ACCOUNT_LIMIT = 100;

/** @throws {ConfigurationError} that names the option */
export function checkOpenTelemetryOptions(
  options: OpenTelemetryOptions,
): OpenTelemetryOptions & { accountLimit: number } {
  const known = { meter: true, tracer: true, account: true, key: true, accountLimit: true } as const;
  checkOptions<OpenTelemetryOptions>(options, known, 'openTelemetry()');
  const { meter, tracer, accountLimit = DEFAULT_ACCOUNT_LIMIT } = options;
  need(
    meter === undefined || meter === false || hasMethods(meter, 'createCounter', 'createHistogram'),
    'meter',
    'must be a Meter of @opentelemetry/api, or false: metrics.getMeter(…).',
  );
  need(
    tracer === undefined || tracer === false || hasMethods(tracer, 'startSpan'),
    'tracer',
    'must be a Tracer of @opentelemetry/api, or false: trace.getTracer(…).',
  );
  need(
    Number.isSafeInteger(accountLimit) && accountLimit >= 1,
    'accountLimit',
    'must be a whole number of accounts, 1 or more.',
  );
  return { ...options, accountLimit };
}
