import { hasMethods, need } from '../options.ts';
import type { LogLevel } from './event-log.ts';
import { oneLine } from './one-line.ts';

/** A logger as pino's: fields first, then the words. */
export type FieldsLogger = Readonly<Record<LogLevel, (fields: object, words: string) => void>>;

/** A console: one text a line. */
export type LinesLogger = Readonly<Record<LogLevel, (line: string) => void>> & {
  /** By which a console is known: its lines are written for people. */
  readonly groupEnd: () => void;
};

/** For every other logger: `(level, fields, words) => winston.log(level, words, fields)`. */
export type LogFunction = (
  level: LogLevel,
  fields: Readonly<Record<string, unknown>>,
  words: string,
) => unknown;

/** Where events are logged: pino or a logger that is called like it, a console, or a function for every other. */
export type EventLogger = FieldsLogger | LinesLogger | LogFunction;

const LEVEL_NAMES = ['debug', 'info', 'warn', 'error'] as const;

/** @throws {ConfigurationError} unless something can be logged to it */
export function logTarget(logger: EventLogger): LogFunction {
  const isFunction = typeof logger === 'function';
  need(
    hasMethods(logger, ...LEVEL_NAMES) || isFunction,
    'logger',
    'must be a logger as pino makes it, a console, or a function (level, fields, words) => void.',
  );
  need(
    !hasMethods(logger, 'log', 'configure'),
    'logger',
    'takes its words first, as winston does. Pass (level, fields, words) => logger.log(level, words, fields).',
  );
  if (hasMethods(logger, ...LEVEL_NAMES)) {
    if (hasMethods(logger, 'groupEnd')) {
      const lines = logger as LinesLogger;
      return (level, fields, words) => lines[level](oneLine(`everbearer: ${words}`, fields));
    }
    const records = logger as FieldsLogger;
    return (level, fields, words) => records[level](fields, words);
  }
  return logger as LogFunction;
}
