import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AuthError } from '@everbearer/core';
import { type Effect, plan, type Step, systemError } from './fault-plan.ts';
import { afterPowerCut, CUTS } from './power-cut.ts';
import { NEW_TEXT, SAVES, type SaveKind, stage, wrongWith } from './save-kinds.ts';

export const ERRORS = ['ENOSPC', 'EROFS', 'EACCES', 'EIO', 'EMFILE'] as const;
const KINDS = Object.keys(SAVES) as SaveKind[];

export interface SaveFaultFigures {
  /** System calls in each kind of save. */
  steps: Record<string, number>;
  faults: number;
  /** How the saves ended: stored in spite of the fault, refused by that code. */
  outcomes: Record<string, number>;
  wrong: string[];
}

/** Every error at every system call of every kind of save: once, and from there on until it is mended. */
export async function failAtEveryStep(
  errorsAt: (step: number) => readonly string[],
): Promise<SaveFaultFigures> {
  const figures: SaveFaultFigures = { steps: {}, faults: 0, outcomes: {}, wrong: [] };
  for (const kind of KINDS) {
    const steps = await stepsOf(kind);
    figures.steps[kind] = steps.length;
    for (const { number, call } of steps) {
      for (const code of errorsAt(number)) {
        for (const lasting of [false, true]) {
          const { outcome, wrong } = await failOnce(kind, number, code, lasting);
          figures.faults++;
          figures.outcomes[outcome] = (figures.outcomes[outcome] ?? 0) + 1;
          if (wrong)
            figures.wrong.push(
              `${kind}, ${code} at ${number} (${call})${lasting ? ', lasting' : ''}: ${wrong}`,
            );
        }
      }
    }
  }
  return figures;
}

async function stepsOf(kind: SaveKind): Promise<Step[]> {
  using scene = await stage(kind);
  const steps: Step[] = [];
  plan({ before: (step) => void steps.push(step) });
  await scene.save();
  plan({});
  return steps;
}

async function failOnce(kind: SaveKind, at: number, code: string, lasting: boolean) {
  using scene = await stage(kind);
  plan({
    before(step) {
      if (lasting ? step.number >= at : step.number === at) throw systemError(code, step);
    },
  });
  let outcome = 'stored';
  let complaint: string | undefined;
  try {
    if ((await scene.save()) === undefined) complaint = 'a conflict with nobody';
  } catch (error) {
    outcome = error instanceof AuthError ? error.code : 'untyped';
    if (!(error instanceof AuthError) || error.message.includes(NEW_TEXT))
      complaint = `untyped or talkative: ${String(error)}`;
  } finally {
    plan({});
  }
  const wrong = complaint ?? (await wrongWith(scene.directory, kind, outcome === 'stored'));
  await scene.backend.close();
  return { outcome, wrong };
}

export interface PowerCutFigures {
  cuts: number;
  wrong: string[];
}

/** The power goes before and after each system call of each kind of save, and leaves what a file system may leave. */
export async function cutAtEveryStep(): Promise<PowerCutFigures> {
  const figures: PowerCutFigures = { cuts: 0, wrong: [] };
  for (const kind of KINDS) {
    const book: Effect[] = [];
    plan({ after: (effect) => void book.push(effect) });
    using scene = await stage(kind);
    const before = book.length;
    await scene.save();
    plan({});
    for (let at = before; at <= book.length; at++) {
      for (const cut of CUTS) {
        const copy = join(scene.around, `cut-${at}-${cut.replaceAll(' ', '-')}`);
        mkdirSync(copy, { mode: 0o700 });
        afterPowerCut(book.slice(0, at), cut, scene.around, copy);
        const wrong = await wrongWith(join(copy, 'state'), kind, at === book.length);
        figures.cuts++;
        if (wrong)
          figures.wrong.push(
            `${kind}, cut after ${at - before} of ${book.length - before}, ${cut}: ${wrong}`,
          );
      }
    }
    await scene.backend.close();
  }
  return figures;
}
