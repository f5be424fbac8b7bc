import type { BackendCheck } from '@everbearer/core/contract';
import { failed } from '../finding.ts';
import { KEEP_MODES } from './state-safety.ts';
import type { Tightened } from './tighten-modes.ts';

/** What is said of modes that were taken back, or could not be, for as long as this process runs. */
export interface ModesWarning {
  note(tightened: Tightened | undefined): void;
  warnings(): readonly string[];
  checks(): BackendCheck[];
}

export function createModesWarning(directory: string): ModesWarning {
  let found: Tightened | undefined;
  const remedy = `In Kubernetes, ${KEEP_MODES}.`;
  const detail = ({ gid, count }: Tightened) =>
    count === undefined
      ? `${directory} is open to group ${gid} (mode 2770), and cannot be taken back on a read-only mount: its members can read the tokens, and replace them where they may write.`
      : `${directory} and ${count} files and folders in it were open to group ${gid} (mode 2770), and were taken back: its members could read and replace the tokens until then.`;
  return {
    note(tightened) {
      found = tightened ?? found;
    },
    warnings: () => (found ? [`${detail(found)} ${remedy}`] : []),
    checks: () => (found ? [failed('modes', detail(found), remedy)] : []),
  };
}
