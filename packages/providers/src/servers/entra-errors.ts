import type { EntraErrorKind } from './entra-error-row.ts';
import { ENTRA_ERROR_ROWS } from './entra-error-rows.ts';

/** What a number in `error_codes` of Entra means, the one after `AADSTS` in its descriptions. */
export interface EntraError {
  /** For instance 50076. */
  readonly number: number;
  /** Who must do what. */
  readonly kind: EntraErrorKind;
  /** What to do, in plain words. */
  readonly remedy: string;
  /** The page that explains the number. */
  readonly source: string;
}

/** The public list of Microsoft. */
const ENTRA_ERROR_LIST =
  'https://learn.microsoft.com/entra/identity-platform/reference-error-codes#aadsts-error-codes';

/**
 * The numbers that this library knows, as data. Microsoft may change them, so they decide nothing but whether a refused
 * refresh token is tried again, and what a message advises.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export const entraErrors: ReadonlyMap<number, EntraError> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries(ENTRA_ERROR_ROWS).flatMap(([kind, rows]) =>
    rows.map(([number, remedy, source = ENTRA_ERROR_LIST]) => {
      const row = { number, kind: kind as EntraErrorKind, remedy, source };
      return [number, Object.freeze(row)] as const;
    }),
  ),
);

/**
 * What is known of the number that Entra gave, found in an error that this library throws (also in its `cause`) or in
 * `status().lastFailure`; undefined where there is none, or it is not known.
 */
export function entraErrorOf(error: unknown): EntraError | undefined {
  const { description, cause } = (error ?? {}) as {
    description?: unknown;
    cause?: { description?: unknown };
  };
  const text = [description, cause?.description].find((each) => typeof each === 'string');
  const number = /\bAADSTS(\d{4,8})\b/.exec((text as string | undefined) ?? '')?.[1];
  return number === undefined ? undefined : entraErrors.get(Number(number));
}
