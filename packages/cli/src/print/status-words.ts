import type { TokenStatus } from '@everbearer/core';

/** The true cause, as the process saw it that met it. */
export function failureWords(failure: TokenStatus['lastFailure']): string[] {
  if (!failure) return [];
  const { code, status, description, message, cause } = failure;
  const facts = [code, status && `HTTP ${status}`, cause].filter(Boolean).join(', ');
  return [`The last renewal failed (${facts}): ${message ?? description ?? 'no more is known'}`];
}

/** A name as a shell takes it. */
export function quoted(text: string): string {
  return /^[\w@.+:/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
