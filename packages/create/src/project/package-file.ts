import type { Answers } from '../answers/answers.ts';
import { VERSIONS } from './versions.ts';

/** `package.json`. @param version - of our packages, which are released together */
export function packageFile(answers: Answers, name: string, version: string): string {
  const manifest = {
    name,
    private: true,
    type: 'module',
    engines: { node: '>=22.18' },
    scripts: { start: 'node src/main.ts', typecheck: 'tsc' },
    dependencies: versionsOf(packagesFor(answers), version),
    devDependencies: versionsOf(['@everbearer/testing', '@types/node', 'typescript'], version),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** What the program needs to run. */
function packagesFor(answers: Answers): string[] {
  const { api, tokens, program } = answers;
  const isWeb = program === 'web';
  return [
    '@everbearer/core',
    'everbearer',
    // What pretend.ts imports besides: `everbearer` brings both, and npm does not promise where.
    '@everbearer/backends',
    '@everbearer/providers',
    ...(api === 'graph' ? ['@azure/msal-node'] : []),
    ...(tokens === 'redis' ? ['redis'] : []),
    ...(isWeb ? ['@hono/node-server', 'hono'] : []),
  ];
}

/** Every name that a new project may depend on. Its own name is none of these. */
export const DEPENDENCIES: readonly string[] = [
  '@everbearer/backends',
  '@everbearer/core',
  '@everbearer/providers',
  '@everbearer/testing',
  'everbearer',
  ...Object.keys(VERSIONS),
];

function versionsOf(names: readonly string[], ours: string): Record<string, string> {
  const known: Readonly<Record<string, string>> = VERSIONS;
  return Object.fromEntries([...names].sort().map((name) => [name, known[name] ?? `^${ours}`]));
}
