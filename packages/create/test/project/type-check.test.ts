import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { projectFiles } from '../../src/project/project-files.ts';
import { nameOf, TOGETHER } from '../support/combinations.ts';

/* What is written for each combination of answers, checked by TypeScript as its own tsconfig.json says. Nothing is written. */

const home = fileURLToPath(new URL('projects', import.meta.url));

test('every program passes the type check; one that is wrong does not', () => {
  const files = TOGETHER.flatMap((answers) =>
    Object.entries(projectFiles(answers, 'my-app', '1.2.3')).map(
      ([path, text]) => [posix.join(home, nameOf(answers), path), text] as const,
    ),
  );
  const wrong = `import { openService } from './service.ts';\nexport const text: string = openService;\n`;
  const at = posix.join(home, 'graph-daemon-file', 'src/wrong.ts');
  expect(complaints(new Map([...files, [at, wrong]]))).toEqual([
    expect.stringMatching(/wrong\.ts: .*string/),
  ]);
}, 120_000);

/** Of all TypeScript files at once, over those on disk: they find the packages of this workspace beside this test. */
function complaints(files: ReadonlyMap<string, string>): string[] {
  const folders = new Set([...files.keys()].flatMap(foldersAbove));
  const options = { ...compilerOptions(), customConditions: ['everbearer-source'] };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, directoryExists } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.directoryExists = (path) => folders.has(path) || (directoryExists?.(path) ?? true);
  const sources = [...files.keys()].filter((path) => path.endsWith('.ts'));
  const program = ts.createProgram({ rootNames: sources, options, host });
  return sources.flatMap((path) => {
    const source = program.getSourceFile(path);
    const all = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return all.map(({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  });
}

function foldersAbove(path: string): string[] {
  const above = posix.dirname(path);
  return path.startsWith(home) ? [above, ...foldersAbove(above)] : [];
}

/** Those of the project. */
function compilerOptions(): ts.CompilerOptions {
  const answers = { api: 'graph', program: 'daemon', tokens: 'file' } as const;
  const text = projectFiles(answers, 'my-app', '1.2.3')['tsconfig.json'] ?? '';
  const { config } = ts.parseConfigFileTextToJson('tsconfig.json', text);
  const { options, errors } = ts.convertCompilerOptionsFromJson(config.compilerOptions, home);
  expect(errors).toEqual([]);
  return options;
}
