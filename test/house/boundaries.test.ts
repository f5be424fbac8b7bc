import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folders, type Import, importsOf, readSource, sourceFiles } from './source-files.ts';

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
      file: ['node:'],
      redis: ['node:'],
      secret: ['node:'],
      encrypted: ['jose'],
      'sealing-keys': ['node:', '@napi-rs/keyring'],
    },
  },
  'packages/providers': { allowed: ['@everbearer/core', 'oauth4webapi', '@azure/msal-node', 'node:'] },
  'packages/ky-plugin': { allowed: ['@everbearer/core'], typesOnly: ['ky'] },
  'packages/testing': { allowed: ['@everbearer/core', 'node:'], typesOnly: ['vitest'] },
};

const EXAMPLES: Boundary = {
  allowed: [
    '@everbearer/core',
    '@everbearer/backends',
    '@everbearer/ky-plugin',
    '@everbearer/providers',
    '@everbearer/testing',
    '@azure/msal-node',
    'ky',
    'pg',
    'redis',
    'node:',
  ],
};

/** Core from the ground up. A file imports from its own layer and those above it in this list, and in no circle. */
const CORE_LAYERS: readonly (readonly string[])[] = [
  [
    'presentable-text',
    'abortable',
    'clock',
    'errors',
    'events',
    'token-timing',
    'server-clock',
    'closed-error',
  ],
  [
    'challenge',
    'origins',
    'token',
    'token-ask',
    'token-backend',
    'token-provider',
    'define-backend',
    'volatile-backend',
    'seed-text',
    'setup-warnings',
  ],
  [
    'record-fields',
    'credential-record',
    'credential-store',
    'families',
    'received-tokens',
    'receive-from-caller',
    'record-key',
    'repair-pause',
    'seed',
  ],
  ['decisions', 'interrupted-renewal', 'lease-watch', 'reply-table', 'token-memory'],
  [
    'renewal-context',
    'commit',
    'take-lease',
    'endpoint-fault',
    'redeem',
    'refusal',
    'reconcile',
    'renewal-pace',
    'seed-import',
  ],
  ['renewal', 'sign-in', 'flight-for', 'flights', 'refusal-memo', 'keep-alive', 'store-looks'],
  ['rotation-safety', 'manager-options', 'create-renewal-context', 'token-status', 'token-manager'],
  ['accounts'],
];

/** The HTTP edge of core stands apart: it knows the `TokenSource` interface and nothing of what is behind it. */
const CORE_EDGE = {
  files: [
    'ask-source',
    'auth-fetch',
    'call-auth',
    'fetch-arguments',
    'guard',
    'guard-options',
    'header-init',
    'issued-headers',
    'kept-body',
    'rejected-by-graph',
    'server-verdict',
  ],
  mayImport: ['abortable', 'challenge', 'clock', 'errors', 'events', 'origins', 'token', 'token-source'],
};

const LONGEST_CORE_FILE = 250;
const NAMES_THAT_SAY_NOTHING = ['helper', 'helpers', 'types', 'util', 'utils'];

const packages = folders('packages/*');
const examples = folders('examples/*');
const core = sourceFiles('packages/core/src');

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

describe('inside core', () => {
  const layerOf = (name: string) => CORE_LAYERS.findIndex((layer) => layer.includes(name));
  const files = core.filter((file) => file !== 'index.ts').map(nameOf);

  test('every file has its place', () => {
    const placed = [...CORE_LAYERS.flat(), ...CORE_EDGE.files];
    const homeless = files.filter((name) => !placed.includes(name));
    expect(homeless, 'give it a place in CORE_LAYERS or CORE_EDGE').toEqual([]);
  });

  test('no file imports from a layer above its own', () => {
    const wrong = files
      .filter((name) => layerOf(name) >= 0)
      .flatMap((name) => neighbours(name).map((other) => ({ name, other })))
      .filter(({ name, other }) => layerOf(other) < 0 || layerOf(other) > layerOf(name));
    expect(wrong.map(({ name, other }) => `${name} imports ${other}`)).toEqual([]);
  });

  test('the edge knows only a token source', () => {
    const allowed = [...CORE_EDGE.files, ...CORE_EDGE.mayImport];
    const wrong = CORE_EDGE.files
      .filter((name) => files.includes(name))
      .flatMap((name) => neighbours(name).map((other) => ({ name, other })))
      .filter(({ other }) => !allowed.includes(other));
    expect(wrong.map(({ name, other }) => `${name} imports ${other}`)).toEqual([]);
  });

  test('there is no circle', () => {
    expect(circleAmong(files)).toBeUndefined();
  });

  test(`no file is over ${LONGEST_CORE_FILE} lines`, () => {
    const lengths = core.map((file) => ({
      file,
      lines: readSource(`packages/core/src/${file}`).trimEnd().split('\n').length,
    }));
    expect(lengths.filter(({ lines }) => lines > LONGEST_CORE_FILE)).toEqual([]);
  });
});

test('no file has a name that says nothing', () => {
  const all = [...packages, ...examples].flatMap((folder) =>
    sourceFiles(`${folder}/src`).map((file) => `${folder}/src/${file}`),
  );
  expect(all.filter((path) => NAMES_THAT_SAY_NOTHING.includes(nameOf(posix.basename(path))))).toEqual([]);
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
    ].join('\n');
    const found = importsOf(source).map(
      ({ specifier, typeOnly }) => `${specifier}${typeOnly ? ' (type)' : ''}`,
    );
    expect(found.sort()).toEqual(['a', 'b (type)', 'c', 'e', 'f', 'g (type)', 'h', 'i', 'j']);
  });
});

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

/** The files of core that a file of core imports, by name. */
function neighbours(name: string): string[] {
  const relative = importsOf(readSource(`packages/core/src/${name}.ts`)).filter(({ specifier }) =>
    specifier.startsWith('.'),
  );
  return relative.map(({ specifier }) => nameOf(posix.join(posix.dirname(name), specifier)));
}

/** The first circle of imports, as `a > b > a`. */
function circleAmong(names: readonly string[]): string | undefined {
  const finished = new Set<string>();
  const visit = (name: string, path: readonly string[]): string | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name].join(' > ');
    if (finished.has(name)) return undefined;
    for (const other of neighbours(name)) {
      const circle = visit(other, [...path, name]);
      if (circle) return circle;
    }
    finished.add(name);
    return undefined;
  };
  for (const name of names) {
    const circle = visit(name, []);
    if (circle) return circle;
  }
  return undefined;
}

function nameOf(file: string): string {
  return file.replace(/(\.d)?\.ts$/, '');
}
