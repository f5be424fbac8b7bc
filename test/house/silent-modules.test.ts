import ts from 'typescript';
import { expect, test } from 'vitest';
import { readSource, sourceFiles } from './source-files.ts';

/*
 * A bundler leaves out of a program what it does not call, as long as nothing happens when a module is loaded. What might do
 * something, as far as esbuild can tell, is kept: a call, a member that is read, a text that is put together, a sum of names.
 * Such a value is made in a function, or marked `@__PURE__` where that is true.
 */

const PACKAGES = ['core', 'ky-plugin', 'providers', 'backends', 'telemetry'];

/** What has to happen, with the reason. */
const ALLOWED = [
  // A number: bundlers keep a sum of names, and it is short.
  'backends/file/version-content.ts: LARGEST_FILE',
  // Looked for once, when the program is loaded: see decision 27.
  'core/tracer.ts: tracer',
];

test('loading a module does nothing', () => {
  const found = PACKAGES.flatMap((name) =>
    sourceFiles(`packages/${name}/src`).flatMap((path) =>
      kept(readSource(`packages/${name}/src/${path}`)).map((what) => `${name}/${path}: ${what}`),
    ),
  );
  expect(found.sort()).toEqual(ALLOWED);
});

test('what is found', () => {
  const silent = `const a = 1; const b = 5 * 60_000; const c = [a, { b, c: () => d() }]; function e() { f(); }
    const g = /* @__PURE__ */ new Set([a]); const h = /x/ as unknown; const i = \`plain\`; class J extends K {} let l; const m = -1;
    const n = Symbol.for('n'); const o: T[] = [] satisfies T[];`;
  expect(kept(silent)).toEqual([]);
  const loud = `const a = b(); const c = d[0]; const e = \`\${a}\`; const f = 5 * g; h(); const i = { ...j }; const k = new L(); const m = [n.o]; const p = [...q];`;
  expect(kept(loud)).toEqual(['a', 'c', 'e', 'f', 'h()', 'i', 'k', 'm', 'p']);
});

/** What a bundler keeps of this source, by name. */
function kept(code: string): string[] {
  const source = ts.createSourceFile('source.ts', code, ts.ScriptTarget.Latest, true);
  return source.statements.flatMap((statement) => {
    if (ts.isExpressionStatement(statement)) return [statement.getText(source).replace(/;$/, '')];
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations
      .filter(({ initializer }) => initializer && !isSilent(initializer, source))
      .map(({ name }) => name.getText(source));
  });
}

function isSilent(node: ts.Expression, source: ts.SourceFile): boolean {
  const all = (nodes: readonly ts.Expression[]) => nodes.every((each) => isSilent(each, source));
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node))
    return isSilent(node.expression, source);
  if (ts.isSpreadElement(node)) return false;
  if (ts.isArrayLiteralExpression(node)) return all(node.elements);
  if (ts.isObjectLiteralExpression(node))
    return node.properties.every((member) => isSilentMember(member, source));
  if (ts.isConditionalExpression(node)) return all([node.condition, node.whenTrue, node.whenFalse]);
  if (ts.isPrefixUnaryExpression(node)) return isSilent(node.operand, source);
  // Of names nobody knows whether they are numbers.
  if (ts.isBinaryExpression(node))
    return [node.left, node.right].every((side) => isSilent(side, source) && !ts.isIdentifier(side));
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return isMarked(node, source);
  if (/^(Number|Math)\.\w+$/.test(node.getText(source))) return true;
  return (
    !ts.isTemplateExpression(node) &&
    !ts.isPropertyAccessExpression(node) &&
    !ts.isElementAccessExpression(node)
  );
}

function isSilentMember(member: ts.ObjectLiteralElementLike, source: ts.SourceFile): boolean {
  if (ts.isSpreadAssignment(member)) return false;
  if (member.name && ts.isComputedPropertyName(member.name) && !isSilent(member.name.expression, source))
    return false;
  return !ts.isPropertyAssignment(member) || isSilent(member.initializer, source);
}

/** What bundlers know of: symbols, and sets and maps of what is silent. Of anything else the author says so. */
function isMarked(node: ts.CallExpression | ts.NewExpression, source: ts.SourceFile): boolean {
  const before = source.text.slice(node.getFullStart(), node.getStart(source));
  const name = node.expression.getText(source);
  if (/^(Symbol(\.for)?|Set|Map|WeakMap|WeakSet)$/.test(name))
    return (node.arguments ?? []).every((each) => isSilent(each, source));
  return before.includes('@__PURE__');
}
