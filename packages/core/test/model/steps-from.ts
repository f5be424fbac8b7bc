import { befall, keptBefore } from './model-faults.ts';
import type { ModelState, World } from './model-state.ts';
import { takeLostSave, takeSteps } from './model-steps.ts';
import type { Rules } from './rules.ts';

export interface Step {
  words: string;
  /** The process that takes it; -1 for none. */
  by: number;
  next: ModelState;
  /** Nothing that a process, or the network in the end, does by itself. */
  isFault: boolean;
}

type StepsFrom = (world: World, rules: Rules, state: ModelState, visit: (step: Step) => void) => void;

/** All that can happen next and matters, always in the same order, so that a step can be named by its place. */
export const stepsFrom: StepsFrom = (world, rules, state, visit) => {
  const run = runFrom(world, rules, state, visit);
  if (takeLostSave(run, state)) return;
  takeSteps(run, state);
  befall(run, state);
};

/** The same without the short cut for saves that are bound to fail. */
export const everyStepFrom: StepsFrom = (world, rules, state, visit) => {
  const run = runFrom(world, rules, state, visit);
  takeSteps(run, state);
  befall(run, state);
};

function runFrom(world: World, rules: Rules, state: ModelState, visit: (step: Step) => void) {
  return {
    world,
    rules,
    emit(words: string, by: number, next: ModelState, isFault = false) {
      visit({ words, by, next, isFault });
      const kept = keptBefore(world, state, next);
      if (kept) visit({ words: `${words} (what was before can come back)`, by, next: kept, isFault: true });
    },
  };
}
