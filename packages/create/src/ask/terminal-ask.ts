import { isCancel, type SelectOptions, select } from '@clack/prompts';
import { type Ask, Cancelled } from './answers-from.ts';
import { questionOutput } from './question-output.ts';

/** Asks a person at the terminal. Ctrl-C, Ctrl-D, and a signal that ends the program, end the questions. */
export function terminalAsk(signal: AbortSignal): Ask {
  const common = { output: questionOutput(), signal: endOfInput(signal) };
  return async ({ message, options, initial }) => {
    const shown = { ...common, message, initialValue: initial, options: [...options] };
    const answer = await select(shown as SelectOptions<string>);
    if (isCancel(answer)) throw new Cancelled();
    return answer as typeof initial;
  };
}

/** With Ctrl-D nothing is left that could happen, so Node would end in the middle of the work, with status 0. */
function endOfInput(signal: AbortSignal): AbortSignal {
  const ended = new AbortController();
  process.once('beforeExit', () => ended.abort());
  return AbortSignal.any([signal, ended.signal]);
}
