import { type Answers, asksForItself } from '../answers/answers.ts';

/** `src/ask.ts`: what the program wants of the API. */
export function askFile(answers: Answers): string {
  const { words, path, type, text } = asked(answers);
  return `import type { AuthFetch } from '@everbearer/core';

/** ${words} Nothing here knows of tokens. */
export async function ask(fetch: AuthFetch, apiUrl: string${answers.program === 'web' ? ', account: string' : ''}): Promise<string> {
  const response = await fetch(\`\${apiUrl}${path}\`${answers.program === 'web' ? ', { auth: { account } }' : ''});
  if (!response.ok) throw new Error(\`The API answered \${response.status} \${response.statusText}\`);
${text(type)}}
`;
}

interface Asked {
  words: string;
  path: string;
  type: string;
  text: (type: string) => string;
}

/** The lines that read the answer. */
function reading(name: string, result: string) {
  return (type: string): string =>
    `  const ${name} = (await response.json()) as ${type};\n  return \`${result}\`;\n`;
}

function asked(answers: Answers): Asked {
  if (answers.api !== 'graph') return ASKED[answers.api];
  return asksForItself(answers) ? ASKED.directory : ASKED.inbox;
}

const ASKED = {
  inbox: {
    words: 'How many messages are in the inbox.',
    path: '/v1.0/me/mailFolders/inbox',
    type: '{ totalItemCount: number }',
    text: reading('{ totalItemCount }', `\${totalItemCount} messages in the inbox`),
  },
  directory: {
    words: 'How many people are in the directory, on its first page.',
    path: '/v1.0/users?$select=id',
    type: '{ value: unknown[] }',
    text: reading('{ value }', `\${value.length} people in the directory`),
  },
  google: {
    words: 'How many messages are in the mailbox.',
    path: '/gmail/v1/users/me/profile',
    type: '{ messagesTotal: number }',
    text: reading('{ messagesTotal }', `\${messagesTotal} messages in the mailbox`),
  },
  github: {
    words: 'How many repositories of this person everybody can see.',
    path: '/user',
    type: '{ login: string; public_repos: number }',
    text: reading('{ login, public_repos }', `\${login} has \${public_repos} public repositories`),
  },
  other: {
    words: 'Whatever stands at /me: put a path of your API there.',
    path: '/me',
    type: '',
    text: () => `  return \`The API answered \${response.status}\`;\n`,
  },
} satisfies Record<string, Asked>;

/** What the pretend API answers, as code. */
export function sampleAnswer(answers: Answers): string {
  const { api, program } = answers;
  if (api === 'google') return '{ messagesTotal: 640 }';
  if (api === 'other') return "{ name: 'Ada' }";
  if (api === 'github')
    return program === 'web'
      ? '{ id: person, login: person, public_repos: 17 }'
      : "{ login: 'ada', public_repos: 17 }";
  return asksForItself(answers) ? "{ value: [{ id: 'ada' }, { id: 'grace' }] }" : '{ totalItemCount: 640 }';
}
