import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { type SaveKind, wrongWith } from './save-kinds.ts';

export interface SaveKillFigures {
  kills: number;
  wrong: string[];
}

/** What a process says before it dies, or that it lived to see the end of its save. */
export type FromSaveProcess = { directory: string } | { saved: boolean };

const execArgv = [...SOURCE_OPTIONS, `--import=${new URL('fault-hooks.ts', import.meta.url)}`];
const ABREAST = 4;

/** `kill -9` right before each system call of a save of that kind: each in a process of its own. */
export async function killAtEveryStep(kind: SaveKind): Promise<SaveKillFigures> {
  const figures: SaveKillFigures = { kills: 0, wrong: [] };
  let next = 1;
  let ended = false;
  async function killInTurn(): Promise<void> {
    while (!ended) {
      const at = next++;
      const { saved, wrong } = await killOnce(kind, at);
      if (saved) ended = true;
      else figures.kills++;
      if (wrong) figures.wrong.push(`${kind}, killed before ${at}: ${wrong}`);
    }
  }
  await Promise.all(Array.from({ length: ABREAST }, killInTurn));
  return figures;
}

async function killOnce(kind: SaveKind, at: number): Promise<{ saved: boolean; wrong: string | undefined }> {
  const main = fileURLToPath(new URL('save-kill-process.ts', import.meta.url));
  const child = fork(main, { execArgv, env: { ...process.env, SAVE_KIND: kind, KILL_BEFORE: String(at) } });
  const { directory, saved } = await lifeOf(child);
  try {
    return { saved, wrong: await wrongWith(directory, kind, saved) };
  } finally {
    rmSync(dirname(directory), { recursive: true, force: true });
  }
}

async function lifeOf(child: ChildProcess): Promise<{ directory: string; saved: boolean }> {
  let directory = '';
  let saved = false;
  child.on('message', (message: FromSaveProcess) => {
    if ('saved' in message) saved = message.saved;
    else directory = message.directory;
  });
  const [code, signal] = await once(child, 'close');
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`The process ended with ${String(code)}.`);
  return { directory, saved };
}
