import type { EntraErrorKind, EntraErrorRow } from './entra-error-row.ts';
import { PERSON_ROWS } from './entra-person-rows.ts';
import { PROGRAM_ROWS } from './entra-program-rows.ts';

/** By kind. A number that is not here decides nothing. */
export const ENTRA_ERROR_ROWS: Readonly<Record<EntraErrorKind, readonly EntraErrorRow[]>> = {
  ...PERSON_ROWS,
  ...PROGRAM_ROWS,
};
