import type { EntraErrorKind, EntraErrorRow } from './entra-error-row.ts';
import { PERSON_ROWS } from './entra-person-rows.ts';
import { PROGRAM_ROWS } from './entra-program-rows.ts';

type Rows = Readonly<Record<EntraErrorKind, readonly EntraErrorRow[]>>;

/** By kind. A number that is not here decides nothing. */
export const ENTRA_ERROR_ROWS: Rows = /* @__PURE__ */ (() => ({ ...PERSON_ROWS, ...PROGRAM_ROWS }))();
