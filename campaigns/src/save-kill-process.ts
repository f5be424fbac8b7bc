import { plan } from './fault-plan.ts';
import type { FromSaveProcess } from './save-kills.ts';
import { type SaveKind, stage } from './save-kinds.ts';

/* Saves once, behind fault-hooks.ts, and dies right before the system call of that number, if it makes as many. */

const { SAVE_KIND = '', KILL_BEFORE = '' } = process.env;
const tell = (message: FromSaveProcess) =>
  new Promise<void>((resolve) => void process.send?.(message, () => resolve()));

const { directory, save } = await stage(SAVE_KIND as SaveKind);
await tell({ directory });
plan({
  before({ number }) {
    if (number === Number(KILL_BEFORE)) process.kill(process.pid, 'SIGKILL');
  },
});
const version = await save();
await tell({ saved: version !== undefined });
process.disconnect();
