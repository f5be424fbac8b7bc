import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '..', '..');

export interface Import {
  /** As written between the quotes. */
  specifier: string;
  /** `import type` or `export type`: gone at run time. */
  typeOnly: boolean;
}

/** TypeScript files below a folder of the checkout, as paths relative to that folder. */
export function sourceFiles(folder: string): string[] {
  const isOurs = (path: string) => !path.includes('node_modules') && !path.split('/').includes('dist');
  return globSync('**/*.ts', { cwd: join(root, folder) })
    .filter(isOurs)
    .sort();
}

/** Folders that match a pattern such as `packages/*`. */
export function folders(pattern: string): string[] {
  return globSync(`${pattern}/package.json`, { cwd: root })
    .map((path) => path.replace('/package.json', ''))
    .sort();
}

/** The API reports of a package, as paths of the checkout. */
export function reportsOf(folder: string): string[] {
  return globSync(`${folder}/etc/*.api.md`, { cwd: root }).sort();
}

export function readSource(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Every import, re-export, dynamic import and `import()` type of a file that names a module. */
export function importsOf(source: string): Import[] {
  return contentsOf(source).imports;
}

/** Every text between quotes in the code; of a template, each piece between its expressions. */
export function textsIn(source: string): string[] {
  return contentsOf(source).texts;
}

interface Contents {
  imports: Import[];
  texts: string[];
}

const read = new Map<string, Contents>();

/** Read by TypeScript itself, so that no way to write a line goes unnoticed. */
function contentsOf(source: string): Contents {
  const known = read.get(source);
  if (known) return known;
  const contents: Contents = { imports: [], texts: [] };
  const visit = (node: ts.Node): void => {
    const found = importIn(node);
    if (found) contents.imports.push(found);
    if (ts.isStringLiteralLike(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isTemplateHead(node))
      contents.texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('read.ts', source, ts.ScriptTarget.Latest, true));
  read.set(source, contents);
  return contents;
}

function importIn(node: ts.Node): Import | undefined {
  if (ts.isImportDeclaration(node))
    return named(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
  if (ts.isExportDeclaration(node)) return named(node.moduleSpecifier, node.isTypeOnly);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return named(node.argument.literal);
  if (ts.isExternalModuleReference(node)) return named(node.expression);
  if (!ts.isCallExpression(node)) return undefined;
  const { expression } = node;
  const isCall =
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(expression) && expression.text === 'require');
  return isCall ? named(node.arguments[0]) : undefined;
}

function named(specifier: ts.Node | undefined, typeOnly = false): Import | undefined {
  if (!specifier || !ts.isStringLiteralLike(specifier)) return undefined;
  return { specifier: specifier.text, typeOnly };
}
