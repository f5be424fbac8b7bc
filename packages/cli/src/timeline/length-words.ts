/** A length of time as a person says it: `12 ms`, `1.4 s`, `3 min 20 s`, `2 h 5 min`, `9 days`. */
export function lengthWords(ms: number): string {
  if (Math.round(ms) < 1_000) return `${Math.round(ms)} ms`;
  if (Math.round(ms / 100) < 600) return `${Math.round(ms / 100) / 10} s`;
  const [large, small, unit] = ms < 3_600_000 ? [60_000, 1_000, 'min'] : [3_600_000, 60_000, 'h'];
  if (ms >= 48 * 3_600_000) return `${Math.floor(ms / 86_400_000)} days`;
  const whole = Math.floor(Math.round(ms / 1_000) / (large / 1_000));
  const rest = Math.floor((Math.round(ms / 1_000) % (large / 1_000)) / (small / 1_000));
  return `${whole} ${unit}${rest > 0 ? ` ${rest} ${unit === 'min' ? 's' : 'min'}` : ''}`;
}
