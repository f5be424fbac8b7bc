import type { AuthEvent, AuthEventListener } from '@everbearer/core';
import {
  type AccountNaming,
  type AccountOptions,
  accountNaming,
  type NameOf,
} from '../naming/account-naming.ts';
import { checkOptions, need } from '../options.ts';
import { errorFields } from './error-fields.ts';
import { LEVELS, type LogLevel, WORDS } from './event-log.ts';
import { hidingNames } from './hiding-names.ts';
import { type EventLogger, logTarget } from './log-target.ts';

/** What `logEvents()` can be told. */
export interface LogOptions extends AccountOptions {
  /**
   * How accounts are called. Default `'name'`: whoever reads the log must know who is to sign in. Otherwise names are taken out of
   * messages as well.
   */
  account?: AccountNaming | undefined;
  /** Levels in place of the usual ones; `false`: such an event is not logged. Default: as the README lists them. */
  levels?: Readonly<{ [Type in AuthEvent['type']]?: LogLevel | false | undefined }> | undefined;
}

/**
 * Logs events, one line each: pass it as `onEvent` to `createTokenManager()` or `createAccounts()`, and to `createAuthFetch()` or
 * `bearerAuth()`. No token is in a line. Never throws.
 * @param logger - pino, a console, or `(level, fields, words) => void`
 * @throws {ConfigurationError} that names the option
 */
export function logEvents(logger: EventLogger, options: LogOptions = {}): AuthEventListener {
  checkOptions<LogOptions>(options, { account: true, key: true, levels: true }, 'logEvents()');
  const log = logTarget(logger);
  const { account: naming = 'name', key, levels = {} } = options;
  const nameOf = accountNaming({ account: naming, key });
  checkLevels(levels);
  return (event) => {
    try {
      // A later version of core may tell of what is not known here.
      const level = levels[event.type] ?? LEVELS[event.type] ?? 'info';
      if (level === false) return;
      const shown = naming === 'name' ? asItIs : hidingNames(event.account, nameOf(event.account));
      const words = event.type === 'warning' ? shown(event.message) : (WORDS[event.type] ?? event.type);
      // A rejection that nobody handles would end the process.
      Promise.resolve(log(level, fieldsOf(event, nameOf, shown), words)).catch(() => undefined);
    } catch {
      // A logger that throws must not end what the event tells of.
    }
  };
}

const asItIs = (text: string) => text;

function checkLevels(levels: unknown): void {
  need(typeof levels === 'object' && levels !== null, 'levels', "must be an object: { renewed: 'debug' }.");
  checkOptions<Record<string, true>>(levels, LEVEL_RULES, '`levels` of logEvents()');
  for (const [type, level] of Object.entries(levels as object)) {
    need(
      level === undefined || level === false || ['debug', 'info', 'warn', 'error'].includes(level),
      `levels.${type}`,
      "must be 'debug', 'info', 'warn', 'error' or false.",
    );
  }
}

const LEVEL_RULES = /* @__PURE__ */ Object.fromEntries(
  Object.keys(LEVELS).map((type) => [type, true]),
) as Record<string, true>;

/** The members of an event, as fields. What an event of a later version has besides stays out, until it is known what it is. */
function fieldsOf(
  event: AuthEvent,
  nameOf: NameOf,
  shown: (text: string) => string,
): Readonly<Record<string, unknown>> {
  const { type, account, provider, fingerprint } = event;
  const fields: Record<string, unknown> = { event: type, account: nameOf(account), provider, fingerprint };
  for (const name of PLAIN) {
    const value = (event as Record<string, unknown>)[name];
    if (value !== undefined) fields[name] = value;
  }
  const { error } = event as { error?: unknown };
  if (error !== undefined) fields['error'] = errorFields(error, shown);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const PLAIN = [
  'renewalId',
  'reason',
  'durationMs',
  'rotated',
  'waitedMs',
  'afterMs',
  'code',
  'method',
  'origin',
  'scopes',
  'acrValues',
  'maxAge',
] as const;
