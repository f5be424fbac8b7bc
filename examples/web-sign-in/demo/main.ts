import { parseArgs } from 'node:util';

/* npm run start:web: says what it is, and starts the application of src/, which takes no flags. */

const INTRODUCTION = process.env['ISSUER']
  ? `Real: the application, the library, and the servers that you named.
Simulated: nothing. Ctrl-C ends it.
`
  : `Real: the application, the library, its SQL table, and every request.
Simulated, on this machine: the sign-in server, the mail server, the passwords.
Sign in as ada@contoso.example or grace@contoso.example. Ctrl-C ends it.
`;

const HELP = `Usage: npm run start:web -- [options]

${INTRODUCTION}
  --help  this

PORT=8080 takes another port than 3000, and DATABASE=app.db keeps the table.
For servers of your own: examples/web-sign-in/README.md
`;

const options = readOptions();
if (options?.help) process.stdout.write(HELP);
else if (options) {
  process.stdout.write(INTRODUCTION);
  await import('../src/main.ts');
}

function readOptions(): { help?: boolean | undefined } | undefined {
  try {
    return parseArgs({ options: { help: { type: 'boolean' } } }).values;
  } catch (error) {
    const what = (error as Error).message.split('. ')[0]?.replace(/\.?$/, '.');
    console.error(`${what} All options: npm run start:web -- --help`);
    process.exitCode = 2;
    return undefined;
  }
}
