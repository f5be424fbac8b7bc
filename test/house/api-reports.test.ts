import ts from 'typescript';
import { expect, test } from 'vitest';
import { folders, readSource, reportsOf } from './source-files.ts';

/*
 * A program that builds an object from optional parts passes `undefined`, and TypeScript refuses it where a type does not
 * name it (exactOptionalPropertyTypes). So each optional member of the public API names it; a method cannot.
 */

const reports = folders('packages/*').flatMap(reportsOf);

test('there are reports', () => {
  expect(reports.length).toBeGreaterThan(10);
});

test.each(reports)('%s: every optional member takes undefined', (report) => {
  const code = /```ts\n([\s\S]*)```/.exec(readSource(report))?.[1] ?? '';
  expect(code).not.toBe('');
  expect(closedMembers(code)).toEqual([]);
});

test('what is found', () => {
  const code = `interface A { a?: string; b?: string | undefined; c?(): void; d?: unknown; e(f?: string): void }
    type B = { [Name in 'g']?: string } & { [Name in 'j']-?: string }; class C { h?: (() => void) | undefined; i?: () => void }`;
  expect(closedMembers(code)).toEqual(['a', 'c', "[Name in 'g']", 'i']);
});

/** Optional members that do not take `undefined`. */
function closedMembers(code: string): string[] {
  const source = ts.createSourceFile('report.ts', code, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isOptionalMember(node) && !takesUndefined(node)) found.push(nameOf(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

type Member =
  | ts.PropertySignature
  | ts.PropertyDeclaration
  | ts.MethodSignature
  | ts.MethodDeclaration
  | ts.MappedTypeNode;

function isOptionalMember(node: ts.Node): node is Member {
  return (
    (ts.isPropertySignature(node) ||
      ts.isPropertyDeclaration(node) ||
      ts.isMethodSignature(node) ||
      ts.isMethodDeclaration(node) ||
      ts.isMappedTypeNode(node)) &&
    node.questionToken !== undefined &&
    node.questionToken.kind !== ts.SyntaxKind.MinusToken
  );
}

function nameOf(node: Member): string {
  return ts.isMappedTypeNode(node) ? `[${node.typeParameter.getText()}]` : node.name.getText();
}

/** The type of a method is what it returns. */
function takesUndefined(node: Member): boolean {
  if (ts.isMethodSignature(node) || ts.isMethodDeclaration(node)) return false;
  const types = node.type && ts.isUnionTypeNode(node.type) ? node.type.types : [node.type];
  return types.some(
    (type) => type?.kind === ts.SyntaxKind.UndefinedKeyword || type?.kind === ts.SyntaxKind.UnknownKeyword,
  );
}
