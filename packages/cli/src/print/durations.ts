import { ConfigurationError } from '@everbearer/core';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

/** A duration as a person says it. */
export function duration(ms: number): string {
  const size = Math.abs(ms);
  if (size < MINUTE_MS) return `${Math.round(size / 1_000)} s`;
  if (size < 2 * HOUR_MS) return `${Math.round(size / MINUTE_MS)} min`;
  if (size < 2 * DAY_MS) return `${Math.round(size / HOUR_MS)} h`;
  return `${Math.floor(size / DAY_MS)} days`;
}

/** When that is, seen from now. */
export function whenIs(instant: number, now: number): string {
  return instant > now ? `in ${duration(instant - now)}` : `${duration(now - instant)} ago`;
}

/**
 * `7d`, `12h`, `30m`, `45s` in milliseconds.
 * @throws {ConfigurationError} that names the flag
 */
export function durationOf(text: string, flag: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * (UNITS[unit] as number);
  throw new ConfigurationError({
    option: flag,
    message: `${flag} takes a number with its unit: 45s, 30m, 12h or 7d.`,
  });
}
