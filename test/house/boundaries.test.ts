import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HEAVY } from '../../scripts/heavy-first.ts';
import { testFiles } from '../../scripts/test-files.ts';
import { folders, type Import, importsOf, readSource, sourceFiles, textsIn } from './source-files.ts';

interface Boundary {
  /** Packages that may be imported; `node:` stands for all of Node's modules. */
  allowed: readonly string[];
  /** Packages of which only types may be imported. */
  typesOnly?: readonly string[];
  /** Packages that only some files may import, by the start of their path. */
  inFiles?: Readonly<Record<string, readonly string[]>>;
}

/** Who may import what: section 2 of the design. A new package gets a row here. */
const BOUNDARIES: Readonly<Record<string, Boundary>> = {
  'packages/core': { allowed: ['p-retry'] },
  'packages/backends': {
    allowed: ['@everbearer/core'],
    inFiles: {
      'host/': ['node:'],
      file: ['node:'],
      redis: ['node:'],
      secret: ['node:'],
      encrypted: ['jose'],
      'sealing-keys': ['node:', '@napi-rs/keyring'],
    },
  },
  'packages/providers': {
    allowed: ['@everbearer/core'],
    inFiles: {
      'sign-in/': ['oauth4webapi', 'node:', '#loopback-listener'],
      'oauth2/': ['oauth4webapi'],
      'microsoft/': ['@azure/msal-node', 'node:'],
    },
  },
  // From the front door types alone: bundlers keep a part of what they find there (decision 8).
  'packages/ky-plugin': { allowed: ['@everbearer/core/adapter'], typesOnly: ['ky', '@everbearer/core'] },
  'packages/telemetry': {
    allowed: ['@everbearer/core'],
    inFiles: { 'fingerprint/': ['@noble/hashes'], 'opentelemetry/': ['@opentelemetry/api'] },
  },
  'packages/testing': { allowed: ['@everbearer/core', 'node:'], typesOnly: ['vitest'] },
  'packages/cli': {
    allowed: ['@everbearer/core', '@everbearer/backends', '@everbearer/providers', 'node:'],
    inFiles: {
      'command/import': ['@clack/prompts'],
      'init/terminal-asker': ['@clack/prompts'],
      'config/connect-redis': ['redis'],
      'print/fitted': ['wrap-ansi'],
      'print/table': ['console-table-printer'],
      'program/': ['commander'],
    },
  },
  // What it writes imports the others; it is itself fetched anew for each project, so it is small.
  'packages/create': { allowed: ['node:'], inFiles: { 'ask/terminal-ask': ['@clack/prompts'] } },
  'packages/far-end': {
    allowed: ['@everbearer/core', '@everbearer/testing', 'node:'],
    inFiles: {
      'support/redis-clients': ['@everbearer/backends/redis', 'redis', 'ioredis', '@valkey/valkey-glide'],
      'support/measure-calls': ['@everbearer/ky-plugin', 'ky'],
      'support/keychain-steps': ['@everbearer/backends', '@napi-rs/keyring'],
    },
  },
  // Its starters, in plain JavaScript, import the servers of others.
  'packages/real-servers': {
    allowed: [
      '@everbearer/core',
      '@everbearer/backends',
      '@everbearer/providers',
      '@everbearer/testing',
      'node:',
    ],
  },
};

const EXAMPLES: Boundary = {
  allowed: [
    '@everbearer/core',
    '@everbearer/backends',
    '@everbearer/ky-plugin',
    '@everbearer/providers',
    '@everbearer/testing',
    '@everbearer/far-end',
    '@azure/core-rest-pipeline',
    '@azure/keyvault-secrets',
    '@azure/msal-node',
    '@hono/node-server',
    '@microsoft/microsoft-graph-client',
    '@modelcontextprotocol/sdk',
    'everbearer',
    'hono',
    'ky',
    'pg',
    'redis',
    'wrap-ansi',
    'node:',
  ],
};

/** The rooms of a package: what each may import besides itself. `.` are the files at the door, entries apart. */
type Rooms = Readonly<Record<string, readonly string[]>>;

const ROOMS: Readonly<Record<string, Rooms>> = {
  'packages/core': {
    errors: [],
    '.': ['errors'],
    contract: ['errors', '.'],
    http: ['errors', '.'],
    record: ['errors', '.', 'contract'],
    memory: ['.', 'record'],
    seed: ['errors', '.', 'contract', 'record'],
    renewal: ['errors', '.', 'contract', 'record', 'memory', 'seed'],
    manager: ['errors', '.', 'contract', 'record', 'memory', 'seed', 'renewal'],
  },
  'packages/backends': {
    '.': [],
    host: [],
    key: [],
    env: ['.'],
    memory: ['.'],
    encrypted: ['.', 'key'],
    file: ['.', 'host'],
    redis: ['.', 'host'],
    'sealing-keys': ['.', 'host', 'key'],
    secret: ['.', 'host'],
  },
  'packages/providers': {
    options: [],
    wire: ['options'],
    dpop: ['wire'],
    servers: ['wire'],
    'sign-in': ['options', 'wire'],
    oauth2: ['options', 'wire', 'dpop', 'servers', 'sign-in'],
    microsoft: ['options', 'wire', 'servers', 'sign-in'],
    import: ['options', 'wire'],
    azure: ['options', 'wire', 'servers', 'sign-in'],
  },
  'packages/telemetry': {
    '.': [],
    fingerprint: ['.'],
    naming: ['.', 'fingerprint'],
    log: ['.', 'naming'],
    opentelemetry: ['.', 'naming'],
  },
  'packages/testing': {
    doubles: [],
    loopback: [],
    supervise: [],
    'authorization-server': ['loopback'],
    conformance: ['supervise'],
  },
  'packages/ky-plugin': { '.': [] },
  'packages/cli': {
    config: [],
    init: ['config', 'world'],
    plain: [],
    world: [],
    print: ['world'],
    session: ['config', 'print', 'world'],
    doctor: ['print', 'world'],
    timeline: [],
    status: ['config', 'doctor', 'print', 'session', 'world'],
    web: ['print', 'session', 'status', 'timeline', 'world'],
    traced: ['timeline'],
    trace: ['print', 'timeline', 'traced', 'world'],
    explain: ['print', 'timeline', 'trace', 'traced'],
    command: [
      'config',
      'doctor',
      'explain',
      'init',
      'print',
      'session',
      'status',
      'timeline',
      'trace',
      'traced',
      'web',
      'world',
    ],
    program: ['command', 'config', 'print', 'session', 'world'],
    '.': ['program', 'world'],
  },
  'packages/create': {
    answers: [],
    ask: ['answers'],
    project: ['answers'],
    place: ['answers'],
    program: ['answers', 'ask', 'place', 'project'],
    '.': ['program'],
  },
  // Private: its entries are the servers themselves, and `.` stands for them.
  'packages/far-end': { 'far-end': ['.'], 'mail-api': [], redis: [], support: [] },
  'packages/real-servers': { '.': [], checks: ['.'] },
};

const LONGEST_CORE_FILE = 250;
const NAMES_THAT_SAY_NOTHING = ['helper', 'helpers', 'types', 'util', 'utils'];

const packages = folders('packages/*');
const examples = folders('examples/*');

test('there is something to check', () => {
  expect(packages).toEqual(Object.keys(BOUNDARIES).sort());
  expect(examples).not.toEqual([]);
  for (const folder of packages) expect(sourceFiles(`${folder}/src`), folder).not.toEqual([]);
});

test.each(packages)('%s/src imports only what its row allows', (folder) => {
  expect(trespasses(`${folder}/src`, BOUNDARIES[folder] ?? { allowed: [] })).toEqual([]);
});

test.each(examples)('%s imports only what a user could', (folder) => {
  expect(trespasses(`${folder}/src`, EXAMPLES)).toEqual([]);
});

describe.each(Object.entries(ROOMS))('inside %s', (folder, rooms) => {
  const entries = entriesOf(folder);
  const files = sourceFiles(`${folder}/src`).filter((file) => !entries.includes(file));

  test('entries only re-export', () => {
    const published = folder === 'packages/far-end' ? [] : entries;
    for (const entry of published) expect(statementsBesideExports(folder, entry), entry).toEqual([]);
  });

  test('every folder has its rule', () => {
    expect([...new Set(files.map(roomOf))].sort()).toEqual(Object.keys(rooms).sort());
  });

  test('no folder imports another that its rule does not name', () => {
    const wrong = files.flatMap((file) =>
      neighbours(folder, file)
        .filter((other) => ![roomOf(file), ...(rooms[roomOf(file)] ?? [])].includes(roomOf(other)))
        .map((other) => `${file} imports ${other}`),
    );
    expect(wrong).toEqual([]);
  });

  test('there is no circle', () => {
    expect(circleAmong(folder, files)).toBeUndefined();
  });
});

test(`no file of core is over ${LONGEST_CORE_FILE} lines`, () => {
  const lengths = sourceFiles('packages/core/src').map((file) => ({
    file,
    lines: readSource(`packages/core/src/${file}`).trimEnd().split('\n').length,
  }));
  expect(lengths.filter(({ lines }) => lines > LONGEST_CORE_FILE)).toEqual([]);
});

test('no file has a name that says nothing', () => {
  const all = [...packages, ...examples].flatMap((folder) =>
    sourceFiles(`${folder}/src`).map((file) => `${folder}/src/${file}`),
  );
  expect(all.filter((path) => NAMES_THAT_SAY_NOTHING.includes(nameOf(posix.basename(path))))).toEqual([]);
});

test('test files reach files of their own package alone; what several share is in far-end/src/support', () => {
  const files = filesThat((path) => /(^|\/)(test|scripts|campaigns|bench)\//.test(path));
  expect(files.length).toBeGreaterThan(200);
  const wrong = files.flatMap((path) =>
    filesNamedIn(readSource(path), path)
      .filter((target) => packageOf(target) !== packageOf(path))
      .map((target) => `${path} reaches ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('what `npm run test:fast` runs starts no process and no server apart', () => {
  const slow = [...testFiles.startProcesses, ...testFiles.apart];
  const isSlow = (path: string) => slow.some((start) => path.startsWith(start));
  const all = filesThat(() => true);
  const fast = all.filter((path) => path.endsWith('.test.ts') && !isSlow(path));
  expect(fast.length).toBeGreaterThan(50);
  expect(fast.flatMap((path) => startersIn(path, all))).toEqual([]);
});

test('scripts/test-files.json and scripts/heavy-first.ts name test files that are there', () => {
  const { startProcesses, systemCommands } = testFiles;
  const named = [...startProcesses, ...systemCommands.flatMap(({ tests }) => tests)];
  const all = filesThat((path) => path.endsWith('.test.ts'));
  expect(named.filter((start) => !all.some((path) => path.startsWith(start)))).toEqual([]);
  expect(HEAVY.filter((end) => !all.some((path) => path.endsWith(end)))).toEqual([]);
});

test('a file of another package is found however it is named', () => {
  const source = [
    "import a from '../../core/test/support/a.ts';",
    "new URL('../../core/test/support/b', import.meta.url);",
    "readFileSync('packages/core/test/support/c.json');",
    `fork(\`\${root}/packages/core/src/d.ts\`); fork(\`packages/core/test/\${name}\`);`,
    "expect('../../core is not a file');",
  ].join('\n');
  const named = filesNamedIn(source, 'packages/backends/test/env.test.ts');
  expect(named).toEqual([
    'packages/core/test/support/a.ts',
    'packages/core/test/support/b',
    'packages/core/test/support/c.json',
    'packages/core/src/d.ts',
    'packages/core/test/',
  ]);
});

describe('the reading of imports', () => {
  test('finds every form', () => {
    const source = [
      "import a from 'a';",
      "import type { B } from 'b';",
      "import {\n  type C,\n  d,\n} from 'c';",
      "import 'e';",
      "export * from 'f';",
      "export type { G } from 'g';",
      "const h = await import('h');",
      "type I = import('i').I;",
      "import type from 'j';",
      "/**\n * import no from 'comment';\n */",
      "// import no from 'comment';",
      "const z = 1; import k from 'k';",
      "import { 'a name' as l } from 'l';",
      "import m, { type N } from 'm';",
      'const o = await import(`o`);',
      "/* the same line */ import p from 'p';",
      'const text = "import no from \'text\'";',
    ].join('\n');
    const found = importsOf(source).map(
      ({ specifier, typeOnly }) => `${specifier}${typeOnly ? ' (type)' : ''}`,
    );
    expect(found.sort()).toEqual([
      'a',
      'b (type)',
      'c',
      'e',
      'f',
      'g (type)',
      'h',
      'i',
      'j',
      'k',
      'l',
      'm',
      'o',
      'p',
    ]);
  });
});

/** TypeScript files of all packages and of the root's folders, as paths of the checkout. */
function filesThat(isWanted: (path: string) => boolean): string[] {
  return [...packages, ...examples, 'campaigns', 'bench', 'test', 'scripts']
    .flatMap((folder) => sourceFiles(folder).map((file) => `${folder}/${file}`))
    .filter(isWanted);
}

/** A file of the root's package is in none of the others. */
function packageOf(path: string): string {
  return /^((packages|examples)\/[^/]+|campaigns|bench)\//.exec(path)?.[1] ?? '.';
}

/** What leads into the sources or the tests of a package, wherever the text begins. */
const INTO_A_PACKAGE = /(?:^|\/)((?:packages|examples)\/[\w-]+\/(?:src|test)\/.*|(?:campaigns|bench)\/\w.*)/;

/**
 * The files that a source names, as paths of the checkout: imports, programs that it starts, folders that it reads. What
 * belongs to the checkout itself (the house, the scripts) may name paths of it.
 */
function filesNamedIn(source: string, path: string): string[] {
  return textsIn(source).flatMap((text) => {
    if (/\s/.test(text)) return [];
    const isRelative = /^\.{1,2}\//.test(text);
    const target = isRelative ? posix.join(posix.dirname(path), text) : text;
    if (isRelative && target.endsWith('.ts')) return [target];
    const found = packageOf(path) === '.' ? undefined : INTO_A_PACKAGE.exec(target)?.[1];
    return found ?? [];
  });
}

/** Modules that start processes. The conformance kit starts some only where it is told how. */
const STARTERS = [
  'node:child_process',
  'node:worker_threads',
  '@everbearer/far-end',
  '@everbearer/far-end/redis',
  '@everbearer/testing/supervise',
];

/** What a test file, with the support files that it imports, imports of the starters. */
function startersIn(path: string, all: readonly string[], seen: Set<string> = new Set()): string[] {
  if (seen.has(path) || !all.includes(path)) return [];
  seen.add(path);
  return importsOf(readSource(path))
    .filter(({ typeOnly }) => !typeOnly)
    .flatMap(({ specifier }) => {
      if (STARTERS.includes(specifier)) return [`${path} imports ${specifier}`];
      if (!specifier.startsWith('.')) return [];
      return startersIn(posix.join(posix.dirname(path), specifier), all, seen);
    });
}

function trespasses(folder: string, boundary: Boundary): string[] {
  return sourceFiles(folder).flatMap((file) =>
    importsOf(readSource(`${folder}/${file}`))
      .filter((found) => !isAllowed(found, file, boundary, folder))
      .map(({ specifier, typeOnly }) => `${file} imports ${specifier}${typeOnly ? ' (type)' : ''}`),
  );
}

function isAllowed(
  { specifier, typeOnly }: Import,
  file: string,
  boundary: Boundary,
  folder: string,
): boolean {
  if (specifier.startsWith('.')) return isInside(folder, file, specifier);
  const names = [...boundary.allowed, ...(typeOnly ? (boundary.typesOnly ?? []) : [])];
  for (const [start, extra] of Object.entries(boundary.inFiles ?? {})) {
    if (file.startsWith(start)) names.push(...extra);
  }
  return names.some((name) =>
    name === 'node:' ? specifier.startsWith(name) : specifier === name || specifier.startsWith(`${name}/`),
  );
}

/** A relative import stays in its own src and names a file as it is on disk. */
function isInside(folder: string, file: string, specifier: string): boolean {
  const target = posix.join(folder, posix.dirname(file), specifier);
  return target.startsWith(`${folder}/`) && specifier.endsWith('.ts');
}

/** What a package offers: the files behind its `exports`. They put together what the rooms hold. */
function entriesOf(folder: string): string[] {
  const { exports } = JSON.parse(readSource(`${folder}/package.json`)) as {
    exports: Record<string, string | { 'everbearer-source': string }>;
  };
  const paths = Object.values(exports).map((each) =>
    typeof each === 'string' ? each : each['everbearer-source'],
  );
  return paths.map((path) => path.replace('./src/', ''));
}

/** Lines of an entry that are no comment and belong to no `export ... from`. */
function statementsBesideExports(folder: string, entry: string): string[] {
  return readSource(`${folder}/src/${entry}`)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/export (type )?\{[^}]*\} from '[^']+';/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
}

function roomOf(file: string): string {
  return posix.dirname(file).split('/')[0] as string;
}

/** The files of the same package that a file imports, as paths below its src. */
function neighbours(folder: string, file: string): string[] {
  return importsOf(readSource(`${folder}/src/${file}`))
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier }) => posix.join(posix.dirname(file), specifier));
}

/** The first circle of imports, as `a > b > a`. */
function circleAmong(folder: string, files: readonly string[]): string | undefined {
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): string | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(' > ');
    if (finished.has(file)) return undefined;
    for (const other of neighbours(folder, file)) {
      const circle = visit(other, [...path, file]);
      if (circle) return circle;
    }
    finished.add(file);
    return undefined;
  };
  for (const file of files) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return undefined;
}

function nameOf(file: string): string {
  return file.replace(/(\.d)?\.ts$/, '');
}
