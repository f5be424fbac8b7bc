import { parseArgs } from 'node:util';
import type { Answers } from '../answers/answers.ts';
import { QUESTIONS } from '../answers/questions.ts';
import { Refusal } from '../answers/refusal.ts';

/** What the command line says. */
export interface Flags extends Partial<Answers> {
  folder?: string | undefined;
  yes: boolean;
  help: boolean;
  version: boolean;
}

const SWITCHES = ['yes', 'help', 'version'] as const;
const VALUED: readonly string[] = QUESTIONS.map(({ name }) => name);
const KNOWN: readonly string[] = [...VALUED, ...SWITCHES];
const SHORT = { yes: 'y', help: 'h', version: 'v' } as const;

/**
 * @param env - holds the flags that npm took for itself
 * @throws {Refusal} that names the flag, and never repeats what may be a secret
 */
export function readFlags(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Flags {
  const valued = VALUED.map((name) => [name, { type: 'string' }] as const);
  const switches = SWITCHES.map((name) => [name, { type: 'boolean', short: SHORT[name] }] as const);
  const { tokens, positionals } = parseArgs({
    // pnpm and bun hand on the -- that npm wants, and no folder begins with a hyphen.
    args: argv.filter((word) => word !== '--'),
    options: Object.fromEntries<{ type: 'string' | 'boolean'; short?: string }>([...valued, ...switches]),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = tokens.filter((token) => token.kind === 'option');
  const seen = new Set<string>();
  for (const { name, rawName, value } of given) {
    if (!KNOWN.includes(name)) throw unknown(rawName);
    if (seen.has(name) && VALUED.includes(name))
      throw new Refusal(`${rawName} stands here twice. Leave one out.`);
    seen.add(name);
    if (!VALUED.includes(name) && value !== undefined) throw new Refusal(`${rawName} takes no value.`);
  }
  if (positionals.length > 1) throw tooMany();
  const lost = VALUED.find((name) => !seen.has(name) && env[`npm_config_${name}`] !== undefined);
  if (lost !== undefined) throw takenByNpm(lost);
  const answers = QUESTIONS.map(({ name, options }) => {
    const token = given.find((each) => each.name === name);
    return [name, token && chosen(`--${name}`, token.value, options)] as const;
  });
  return {
    ...(Object.fromEntries(answers) as Partial<Answers>),
    folder: positionals[0],
    yes: seen.has('yes'),
    help: seen.has('help'),
    version: seen.has('version'),
  };
}

function unknown(flag: string): Refusal {
  return new Refusal(`There is no ${flag}. Known are: ${KNOWN.map((name) => `--${name}`).join(', ')}.`);
}

/** npm keeps flags for itself where no -- stands before them, and hands on their values. */
function tooMany(): Refusal {
  return new Refusal(
    'One folder can be named, and there are more words. npm wants -- before the flags: npm create everbearer my-app -- --api graph',
  );
}

/** Of a flag with = npm hands on nothing at all: without this, a default would be taken in silence. */
function takenByNpm(name: string): Refusal {
  return new Refusal(
    `npm took --${name} for itself. Put -- before the flags: npm create everbearer my-app -- --${name} NAME`,
  );
}

function chosen(flag: string, value: string | undefined, options: readonly { value: string }[]): string {
  const known = options.map((each) => each.value);
  if (value !== undefined && known.includes(value)) return value;
  throw new Refusal(`${flag} must be one of ${known.join(', ')}.`);
}
