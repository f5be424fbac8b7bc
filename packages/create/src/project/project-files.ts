import type { Answers } from '../answers/answers.ts';
import { askFile } from './ask-file.ts';
import { configFile } from './config-file.ts';
import { envExampleFile } from './env-example-file.ts';
import { mainFile } from './main-file.ts';
import { packageFile } from './package-file.ts';
import { pretendFile } from './pretend-file.ts';
import { queueFile } from './queue-file.ts';
import { readmeFile } from './readme-file.ts';
import { serviceFile } from './service-file.ts';
import { whoseFile } from './web-main.ts';

/**
 * The files of a new project, by their paths.
 * @param version - of our packages, which are released together
 */
export function projectFiles(answers: Answers, name: string, version: string): Record<string, string> {
  const queue = queueFile(answers);
  return {
    '.env.example': envExampleFile(answers),
    '.gitignore': GITIGNORE,
    'README.md': readmeFile(answers, name),
    'everbearer.config.ts': configFile(answers),
    'package.json': packageFile(answers, name, version),
    'src/ask.ts': askFile(answers),
    'src/main.ts': mainFile(answers),
    'src/pretend.ts': pretendFile(answers),
    ...(queue !== undefined && { 'src/queue.ts': queue }),
    'src/service.ts': serviceFile(answers),
    ...(answers.program === 'web' && { 'src/whose.ts': whoseFile(answers) }),
    'tsconfig.json': TSCONFIG,
  };
}

const GITIGNORE = `# Secrets: whoever has these files has the tokens.
.env
.env.*
!.env.example
tokens/

node_modules/
*.log
`;

/** What Node runs as it is, checked. */
const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2024",
    "module": "nodenext",
    "types": ["node"],
    "noEmit": true,
    "allowImportingTsExtensions": true,
    "erasableSyntaxOnly": true,
    "verbatimModuleSyntax": true,
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "skipLibCheck": true
  },
  "include": ["everbearer.config.ts", "src"]
}
`;
