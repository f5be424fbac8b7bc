import ts from 'typescript';
import { expect, test } from 'vitest';
import { folders, readSource, sourceFiles } from './source-files.ts';

/*
 * A function that does not fit on a screen has to be held in memory while it is read. Those that may be longer are named,
 * with the reason, in docs/decisions/0016-rooms.md.
 */

const MOST_LINES = 40;

const page = readSource('docs/decisions/0016-rooms.md');
const named = [...(/Over forty lines are,([\s\S]*?)`test\/house/.exec(page)?.[1] ?? '').matchAll(/`(\w+)`/g)];

test('the functions over 40 lines are those that decision 16 names', () => {
  const found = ['packages/*', 'examples/*', 'campaigns']
    .flatMap(folders)
    .flatMap((folder) => sourceFiles(folder).map((path) => `${folder}/${path}`))
    .filter((path) => path.includes('/src/'))
    .flatMap((path) => longFunctions(readSource(path)));
  expect(found.length).toBeGreaterThan(5);
  expect(found.sort()).toEqual(named.map(([, name]) => name).sort());
});

test('what is found', () => {
  const body = (lines: number) => `{\n${'  work();\n'.repeat(lines)}}`;
  const code = `function long() ${body(50)}\nfunction short() ${body(20)}\nconst arrow = () => ${body(39)};
    class Held { method() ${body(39)} short() ${body(38)} }\nconst listed = { inner: function () ${body(39)} };
    const table = (() => [${'one,\n'.repeat(50)}])();`;
  expect(longFunctions(code)).toEqual(['long', 'arrow', 'method', 'inner']);
});

/** A list or a map in a function of its own, so that bundlers leave it out where nobody reads it. */
function isTable(node: ts.Node): boolean {
  if (!ts.isArrowFunction(node)) return false;
  const value = ts.isParenthesizedExpression(node.body) ? node.body.expression : node.body;
  return ts.isArrayLiteralExpression(value) || ts.isObjectLiteralExpression(value);
}

/** The names of the functions in this source that are longer than they may be. */
function longFunctions(code: string): string[] {
  const source = ts.createSourceFile('source.ts', code, ts.ScriptTarget.Latest, true);
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isFunctionLike(node) &&
      !isTable(node) &&
      lineAt(node.end) - lineAt(node.getStart()) >= MOST_LINES
    ) {
      const { name } = node.name ? node : (node.parent as ts.NamedDeclaration);
      found.push(name?.getText(source) ?? '(without a name)');
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
