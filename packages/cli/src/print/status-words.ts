import type { TokenStatus } from '@everbearer/core';

/** The true cause, as the process saw it that met it. */
export function failureWords({
  lastFailure: failure,
  account,
}: Pick<TokenStatus, 'lastFailure' | 'account'>): string[] {
  if (!failure) return [];
  const { code, status, description, message, cause } = failure;
  const facts = [code, status && `HTTP ${status}`, cause].filter(Boolean).join(', ');
  return [
    `The last renewal failed (${facts}): ${forPerson(message ?? description ?? 'no more is known', account)}`,
  ];
}

/** What the library tells a program to do, as a person does it here. */
export function forPerson(message: string, account?: string): string {
  const command = `everbearer login${account === undefined ? '' : ` --account ${quoted(account)}`}`;
  return message
    .replace(/(sign in again) and hand the tokens to signIn\(\)\./gi, `$1: ${command}`)
    .replace(/needs no import: signIn\(\{ refreshToken \}\)\./, 'is given by: everbearer import --raw');
}

/** A name as a shell takes it. */
export function quoted(text: string): string {
  return /^[\w@.+:/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The form in which the backends of this library call a process: host, boot, namespaces, pid, start, and a random part. */
const HOLDER = /^(?:\w+_[\w-]+_\d+_\d+|unknown)_(\d+)_\d+_[0-9a-f]{12}$/;

/** Who made a renewal, as far as it can be told from here. */
export function renewerWords(holder: string, lives: boolean | undefined): string {
  const [, pid] = HOLDER.exec(holder) ?? [];
  if (pid === undefined) return 'by another process';
  if (lives && Number(pid) === process.pid) return 'by this command';
  if (lives !== undefined) return `by process ${pid}, which ${lives ? 'is running here' : 'has ended'}`;
  return `by process ${pid}${holder.startsWith('unknown') ? '' : ' of another machine, container or boot'}`;
}
