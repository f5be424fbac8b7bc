import { QUESTIONS } from '../answers/questions.ts';

/** What `--help` prints. */
export function helpText(): string {
  const flags = QUESTIONS.map(({ name, message, options, initial }) => {
    const values = options.map(({ value, label }) => `      ${value.padEnd(8)} ${label}\n`);
    return `  --${name} <name>   ${message} (default ${initial})\n${values.join('')}`;
  });
  return `Usage: npm create everbearer [FOLDER] -- [options]

Writes a small project into FOLDER (default everbearer-app). Its \`npm start\`
runs at once, against a pretend service on this machine, and against the real
one when it has ids. It asks what no flag says; in a pipe it takes the defaults.

${flags.join('')}  -y, --yes       ask nothing, and take the defaults
  -h, --help      this
  -v, --version   the version

npm wants -- before the flags:
  npm create everbearer my-app -- --api github --program job --yes
`;
}
