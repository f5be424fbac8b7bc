import { type Answers, asksForItself } from '../answers/answers.ts';
import { PROGRAM_WORDS, TOKENS_WORDS, WORDS } from './service-words.ts';

const DOCS = 'https://github.com/everbearer/everbearer/blob/main/docs';

/** `README.md`. */
export function readmeFile(answers: Answers, name: string): string {
  const { api, tokens, program } = answers;
  const isWeb = program === 'web';
  return `# ${name}

This is ${PROGRAM_WORDS[program]}. It calls ${WORDS[api].name}, with tokens that [Everbearer](https://github.com/everbearer/everbearer) keeps valid. They are ${TOKENS_WORDS[tokens]}.

\`\`\`sh
npm install
npm start          # against a pretend service on this machine, until there is a CLIENT_ID
npm run typecheck
\`\`\`

| file                   | what it is                                                       |
| ---------------------- | ---------------------------------------------------------------- |
${rowsFor(answers)
  .map(([file, words]) => `| ${`\`${file}\``.padEnd(22)} | ${words.padEnd(64)} |\n`)
  .join('')}
## To the real service

1. Register the program: [${DOCS.replace(/^https:\/\//, '')}/${WORDS[api].page}](${DOCS}/${WORDS[api].page}) says where, and what to choose.${isWeb ? ' The redirect address is `http://localhost:3000/callback`.' : ''}
2. \`install -m 600 .env.example .env\` makes a copy that you alone can read: fill it in.
${steps(answers)
  .map((step, at) => `${at + 3}. ${step}\n`)
  .join('')}
${isWeb ? '`npx everbearer accounts` says who is signed in' : '`npx everbearer status` says how the tokens are'}; \`npx everbearer doctor\` says what is wrong, and what mends it.
`;
}

function rowsFor(answers: Answers): [file: string, words: string][] {
  const { program } = answers;
  return [
    ['src/main.ts', `the program`],
    ['src/ask.ts', 'what it wants of the API: begin here'],
    ...(program === 'worker' ? [['src/queue.ts', 'where it finds what to do: put yours here'] as const] : []),
    ...(program === 'web'
      ? [['src/whose.ts', 'by which name the tokens of a person are found'] as const]
      : []),
    ['src/service.ts', 'the real service, or the pretend one'],
    ['src/pretend.ts', 'the pretend one: it ends tokens early, and the program goes on'],
    ['everbearer.config.ts', 'the set-up, for the program and for `npx everbearer`'],
    ['.env.example', 'the variables that it reads'],
  ] as [string, string][];
}

function steps(answers: Answers): string[] {
  const { api, tokens, program } = answers;
  const start = '`npm start`';
  if (program === 'web') return [`${start}, and open http://localhost:3000`];
  if (asksForItself(answers)) return [`${start}: nobody signs in, since the program asks for itself.`];
  const { login } = WORDS[api];
  if (tokens === 'env')
    return [
      `A person signs in once, and the refresh token becomes a secret of wherever the program will run: \`${login}\`, then \`npx everbearer export --format env --move >> .env\`.`,
      `${start} begins with it, and keeps those that follow.`,
    ];
  return [`A person signs in once: \`${login}\``, start];
}
