import { initialState } from './initial-state.ts';
import { checkEnding } from './invariants.ts';
import { keyCodesOf } from './model-key.ts';
import type { ModelState, World } from './model-state.ts';
import { PRODUCTION, type Rules } from './rules.ts';
import { createStateGraph, type StateGraph } from './state-graph.ts';
import { type Step, stepsFrom } from './steps-from.ts';
import { describeTrace } from './trace.ts';

export interface Exploration {
  states: number;
  /** States in which nobody can take a step by itself. */
  endings: number;
  violation: string | undefined;
  /** The shortest way into the violation, a step a line. */
  trace: readonly string[];
}

/** Visits every state of the world, breadth first, and stops at the first that violates an invariant. */
export function explore(
  world: World,
  rules: Rules = PRODUCTION,
  onStep: (step: Step) => void = () => undefined,
): Exploration {
  const graph = createStateGraph();
  const initial = initialState(world, rules);
  graph.add(keyCodesOf(initial), -1, 0);
  let level: Found[] = [{ state: initial, index: 0 }];
  let endings = 0;
  while (level.length > 0) {
    const next: Found[] = [];
    for (const found of level) {
      const { isEnding, violation, nth } = expand({ world, rules, graph, onStep }, found, next);
      if (violation !== undefined) return refuted(violation, found.index, nth);
      if (!isEnding) continue;
      endings++;
      const failed = checkEnding(world, found.state);
      if (failed !== undefined) return refuted(failed, found.index);
    }
    level = next;
  }
  const looping = graph.stateOnCycle();
  return looping === undefined
    ? { states: graph.size, endings, violation: undefined, trace: [] }
    : refuted('the processes go round in circles', looping);

  function refuted(violation: string, index: number, last?: number): Exploration {
    const way = last === undefined ? graph.wayTo(index) : [...graph.wayTo(index), last];
    return { states: graph.size, endings, violation, trace: describeTrace(world, rules, way) };
  }
}

interface Walk {
  world: World;
  rules: Rules;
  graph: StateGraph;
  onStep(step: Step): void;
}

interface Found {
  state: ModelState;
  index: number;
}

interface Expansion {
  /** No process can take a step by itself. */
  isEnding: boolean;
  violation: string | undefined;
  /** Which step led to it. */
  nth: number;
}

/** Every step from one state: the states that are new are put into the next level. */
function expand({ world, rules, graph, onStep }: Walk, from: Found, level: Found[]): Expansion {
  const result: Expansion = { isEnding: true, violation: undefined, nth: 0 };
  let nth = -1;
  stepsFrom(world, rules, from.state, (step: Step) => {
    const { next, isFault } = step;
    nth++;
    onStep(step);
    if (result.violation !== undefined) return;
    if (!isFault) result.isEnding = false;
    if (next.violation !== undefined) {
      result.violation = next.violation;
      result.nth = nth;
      return;
    }
    const { index, isNew } = graph.add(keyCodesOf(next), from.index, nth);
    if (isNew) level.push({ state: next, index });
    if (!isFault) graph.connect(from.index, index);
  });
  return result;
}
