import { type ParseArgsOptionDescriptor, parseArgs } from 'node:util';
import type { CommandInput, CommandOptions } from '../session/command-input.ts';
import type { CommandSpec } from './command-spec.ts';
import { setupFlagsOf } from './setup-flags.ts';

/** The flags of every command: [flag, words]. */
export const JSON_FLAG: readonly [flags: string, words: string] = ['--json', 'print JSON, for machines'];

/**
 * What a command was told, where nothing is wrong with it. Undefined for help and mistakes, about which commander has
 * words: it is loaded then, since loading takes it as long as all the rest of a short command.
 * @param words - what stands behind the name of the command
 */
export function readArguments(
  spec: Pick<CommandSpec, 'usage' | 'flags' | 'isWithoutSetup'>,
  words: readonly string[],
): Pick<CommandInput, 'args' | 'options'> | undefined {
  const { usage, flags } = spec;
  const all = [...flags, JSON_FLAG, ...setupFlagsOf(spec)];
  const options = Object.fromEntries(all.map(([flag]) => optionOf(flag)));
  const parsed = attempt(() =>
    parseArgs({ args: [...words], options, allowPositionals: true, tokens: true }),
  );
  if (!parsed) return undefined;
  // Of two values one would be ignored.
  const valued = parsed.tokens.flatMap((each) =>
    each.kind === 'option' && each.value !== undefined && !options[each.name]?.multiple ? [each.name] : [],
  );
  if (new Set(valued).size < valued.length) return undefined;
  const places = usage.split(' ').slice(1);
  const needed = places.filter((place) => place.startsWith('<')).length;
  const { positionals, values } = parsed;
  if (positionals.length < needed || positionals.length > places.length) return undefined;
  const named = Object.entries(values).map(([name, value]) => [camelCase(name), value]);
  return {
    args: places.map((_, index) => positionals[index]),
    options: Object.fromEntries(named) as CommandOptions,
  };
}

/** `--name`, `--name <value>`, or `--name <value...>`, which may be repeated. */
function optionOf(flag: string): [string, ParseArgsOptionDescriptor] {
  const [name = '', value] = flag.slice(2).split(' ');
  return [name, { type: value ? 'string' : 'boolean', multiple: value?.endsWith('...>') ?? false }];
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** A mistake is for commander to explain. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
