import ts from 'typescript';
import { expect, test } from 'vitest';
import { readSource, sourceFiles } from './source-files.ts';

/*
 * One name for one thing (docs/decisions/0016-rooms.md). In core, `claim` is what a server says of a token, and of several it has `claims`;
 * a set of scopes is `scope`. Neither word names anything else.
 */

const ELSEWHERE = ['claim', 'audience'];

test('core names nothing by the words of OAuth for something else', () => {
  const sources = sourceFiles('packages/core').filter((path) => path.startsWith('src/'));
  expect(sources.length).toBeGreaterThan(50);
  const found = sources.flatMap((path) => {
    const names = namesIn(readSource(`packages/core/${path}`));
    return names.filter((name) => ELSEWHERE.includes(name)).map((name) => `${path}: ${name}`);
  });
  expect(found).toEqual([]);
});

test('what is found: names, and not what comments and texts say', () => {
  const code = "// a claim\nfunction claim(audience: string) { return audience.length + 'a claim'; }";
  expect(namesIn(code)).toEqual(['claim', 'audience', 'audience', 'length']);
});

function namesIn(code: string): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', code, ts.ScriptTarget.Latest, true));
  return names;
}
