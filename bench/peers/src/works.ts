import { acrossExpiries } from './work/across-expiries.ts';
import { deadLogin } from './work/dead-login.ts';
import { eightProcesses } from './work/eight-processes.ts';
import { heldToken } from './work/held-token.ts';
import { herd } from './work/herd.ts';
import { lateRejections } from './work/late-rejections.ts';
import { made } from './work/made.ts';
import type { Work } from './work.ts';

/** In the order of the page. */
export const WORKS: readonly Work[] = [
  heldToken,
  herd,
  lateRejections,
  eightProcesses,
  acrossExpiries,
  deadLogin,
  made,
];
