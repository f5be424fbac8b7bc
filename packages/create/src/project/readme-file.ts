import { type Answers, asksForItself } from '../answers/answers.ts';
import { PROGRAM_WORDS, TOKENS_WORDS, WORDS } from './service-words.ts';

const DOCS = 'https://github.com/everbearer/everbearer/blob/main/docs';

/** `README.md`. */
export function readmeFile(answers: Answers, name: string): string {
  const { api, tokens, program } = answers;
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

1. Register the program: [this page](${DOCS}/${WORDS[api].page}) says where, and what to choose. ${registered(answers)}
2. \`install -m 600 .env.example .env\` makes a copy that you alone can read: fill it in.
${steps(answers)
  .map((step, at) => `${at + 3}. ${step}\n`)
  .join('')}
${lookFor(answers)}\`npx everbearer doctor\` says what is wrong, and what mends it.
`;
}

/** What `src/ask.ts` needs, in the words of the server. */
function registered(answers: Answers): string {
  const { api, program } = answers;
  const callback = program === 'web' ? ' The redirect address is `http://localhost:3000/callback`.' : '';
  if (api === 'other') return `Scopes and address of the API go into \`.env\`.${callback}`;
  if (api === 'github') return `It needs no permission.${callback}`;
  if (api === 'google') return `It needs the Gmail API and its scope \`gmail.readonly\`.${callback}`;
  if (asksForItself(answers))
    return 'It needs a client secret, and the application permission `User.Read.All` with the consent of an administrator.';
  return `It needs the delegated permission \`Mail.Read\`.${callback}`;
}

/** The command line sees what is kept, and nothing of what is in the memory of the program. */
function lookFor({ program, tokens }: Answers): string {
  if (tokens === 'memory') return '';
  if (program === 'web') return '`npx everbearer accounts` says who is signed in. ';
  return '`npx everbearer status` says how the tokens are. ';
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
