import { isCancel, type SelectOptions, select, text } from '@clack/prompts';
import { endOfInput } from '../world/end-of-input.ts';
import { questionOutput } from '../world/question-output.ts';
import type { World } from '../world/world.ts';
import { type Asker, Cancelled } from './asker.ts';

/** Asks a person at the terminal. Ctrl-C, Ctrl-D, and a signal that ends the program, end the questions. */
export function terminalAsker({ signal }: Pick<World, 'signal'>): Asker {
  const common = { output: questionOutput(), signal: endOfInput(signal) };
  return {
    async text({ message, initial, example, fault }) {
      const placeholder = initial || example;
      const answer = await text({
        ...common,
        message,
        ...(placeholder && { placeholder }),
        ...(initial !== undefined && { defaultValue: initial }),
        validate: (given) => fault?.(given?.trim() || (initial ?? '')),
      });
      return answered(answer);
    },
    async choose<Value extends string>({ message, options, initial }: Parameters<Asker['choose']>[0]) {
      const shown = { ...common, message, initialValue: initial, options: [...options] };
      return answered(await select(shown as SelectOptions<string>)) as Value;
    },
  };
}

function answered(answer: string | symbol): string {
  if (isCancel(answer)) throw new Cancelled();
  return answer as string;
}
