import type { BackendCheck } from '@everbearer/core/contract';
import { failed } from '../finding.ts';
import { modeOf } from '../host/current-user.ts';
import { KEEP_MODES, OTHERS } from './state-safety.ts';
import type { Tightened } from './tighten-modes.ts';

/** What is said of modes that were taken back, or could not be, for as long as this process runs. */
export interface ModesWarning {
  note(tightened: Tightened | undefined): void;
  warnings(): readonly string[];
  checks(): BackendCheck[];
}

export function createModesWarning(directory: string): ModesWarning {
  let found: Tightened | undefined;
  return {
    note(tightened) {
      found = tightened ?? found;
    },
    warnings: () => (found ? [`${detail(directory, found)} ${remedyOf(found)}`] : []),
    checks: () => (found ? [failed('modes', detail(directory, found), remedyOf(found))] : []),
  };
}

function detail(directory: string, { gid, mode, count, isByMount }: Tightened): string {
  if (count === undefined) {
    return `${directory} is open to group ${gid} (mode 2770), and on a read-only mount its mode cannot be changed: members of the group can read the tokens, and can replace them where they may write.`;
  }
  const many = count === 1 ? '1 file or folder' : `${count} files and folders`;
  if (isByMount) {
    return `${directory} and ${many} in it were open to group ${gid} (mode 2770), and the modes are taken back: until then, its members could read and replace the tokens.`;
  }
  if ((mode & OTHERS) === 0) {
    return `${many} in ${directory} had been opened to others, and the modes are taken back: if the directory was open as well, others on this machine could read the tokens.`;
  }
  const replace = mode & 0o020 ? `, and members of group ${gid} could replace them` : '';
  return `${directory} (mode ${modeOf(mode)}) and ${many} in it were open to others, and the modes are taken back: until then, others on this machine could read the tokens${replace}.`;
}

function remedyOf({ isByMount }: Tightened): string {
  if (isByMount) return `In Kubernetes, ${KEEP_MODES}.`;
  return 'Find what opened them: chmod -R, a copy, a restored backup. If others use this machine, sign out with revocation, and sign in again.';
}
