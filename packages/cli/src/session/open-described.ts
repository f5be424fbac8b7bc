import { type DescribedSetup, describeSetup } from '../config/describe-setup.ts';
import type { LoadedConfig } from '../config/loaded-config.ts';
import { openSetup } from '../config/open-setup.ts';
import type { CommandInput } from './command-input.ts';

/**
 * Finds the set-up of a command and opens it. A configuration file may wait for a vault that does not answer: whoever
 * wants the command to end does not wait with it.
 * @throws {DOMException} AbortError, where the command is to end
 */
export async function openDescribed({ options, world }: CommandInput): Promise<Opened> {
  const { directory, env, signal } = world;
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(new DOMException('The command is to end.', 'AbortError'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([stopped.promise, open({ ...options, directory, env }, options)]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

interface Opened {
  described: DescribedSetup;
  setup: LoadedConfig;
}

async function open(...about: Parameters<typeof describeSetup>): Promise<Opened> {
  const described = await describeSetup(...about);
  return { described, setup: await openSetup(described) };
}
