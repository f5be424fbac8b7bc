import { inspect } from 'node:util';

/** Everything that a log, a report or a crash could show of a value. */
export function shownOf(value: unknown): string {
  const parts = [inspect(value, { depth: 20, showHidden: true }), asText(value)];
  if (value instanceof Error) parts.push(value.stack ?? '', value.message);
  parts.push(asJson(value), asJson({ ...(value as object) }));
  return parts.join('\n');
}

function asText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '';
  }
}

/** What cannot be written as JSON cannot leak by it. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}
