import { relative } from 'node:path';
import type { Answers } from '../answers/answers.ts';
import type { Target } from '../place/target-folder.ts';
import { PROGRAM_WORDS, TOKENS_WORDS, WORDS } from '../project/service-words.ts';
import { printable } from './printable.ts';

/** What was written, and what to do now. */
export function nextSteps(
  { path }: Target,
  { api, tokens, program }: Answers,
  { directory, env }: { directory: string; env: Readonly<Record<string, string | undefined>> },
): string {
  const folder = relative(directory, path);
  const manager = managerOf(env['npm_config_user_agent']);
  const lines = [
    ...(folder === '' ? [] : [`cd ${quoted(printable(folder))}`]),
    `${manager} install`,
    `${manager} start`,
  ];
  return `Wrote ${printable(path)}: ${PROGRAM_WORDS[program]}. It calls ${WORDS[api].name}; tokens are ${TOKENS_WORDS[tokens]}.

Next:
${lines.map((line) => `  ${line}\n`).join('')}
It runs at once, against a pretend service on this machine. README.md there says how to go to the real one.
`;
}

/** Who started this, for the commands that are told. */
function managerOf(agent: string | undefined): string {
  return /^(npm|pnpm|yarn|bun)\//.exec(agent ?? '')?.[1] ?? 'npm';
}

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) && !path.startsWith('-') ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
