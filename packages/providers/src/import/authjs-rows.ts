import { isJsonObject, type JsonObject } from '../wire/json-object.ts';
import type { ImportedTokens } from './imported-tokens.ts';
import { importSession } from './stored-session.ts';
import { countsOf, type Damaged, instantIn, member, nameIn } from './stored-value.ts';

/** A row of the table `accounts` of Auth.js (NextAuth), or several; names of columns in either style. */
export function authjsRows(value: unknown): JsonObject[] | undefined {
  const rows: unknown[] = Array.isArray(value) ? value : [value];
  return rows.length > 0 && rows.every(isRow) ? rows : undefined;
}

const isRow = (value: unknown): value is JsonObject =>
  isJsonObject(value) &&
  nameIn(value, 'provider') !== undefined &&
  (Object.hasOwn(value, 'providerAccountId') || Object.hasOwn(value, 'provider_account_id'));

/**
 * One entry for each row that holds tokens; a sign-in by e-mail or password has none.
 * @throws what `damaged` makes, if a token in a row cannot be used
 */
export function importAuthjsRows(rows: readonly JsonObject[], damaged: Damaged): ImportedTokens[] {
  const counts = countsOf(rows, whoseOf);
  return rows.flatMap((row, index) => {
    if (!['access_token', 'refresh_token'].some((name) => member(row, name))) return [];
    const user = idIn(row, 'userId', 'user_id');
    const there = idIn(row, 'providerAccountId', 'provider_account_id');
    const session = {
      layout: 'authjs' as const,
      object: row,
      place: rows.length > 1 ? ` of row ${index + 1} of ${rows.length}` : '',
      // A user may have linked two accounts of one provider.
      account: counts.get(whoseOf(row)) === 1 || user === undefined ? (user ?? there) : `${user}:${there}`,
      // Seconds in every adapter; as a text where the database has bigint.
      expiresAt: instantIn(row, 'expires_at'),
      server: nameIn(row, 'provider'),
    };
    return [importSession(session, damaged)];
  });
}

const whoseOf = (row: JsonObject) =>
  JSON.stringify([nameIn(row, 'provider'), idIn(row, 'userId', 'user_id')]);

/** Some databases count their users. */
function idIn(row: JsonObject, name: string, column: string): string | undefined {
  const value = member(row, name) ?? member(row, column);
  return Number.isSafeInteger(value) ? String(value) : (nameIn(row, name) ?? nameIn(row, column));
}
