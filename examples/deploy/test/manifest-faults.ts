import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { FOLDER, type Manifest } from './deploy-files.ts';

interface Model {
  new (
    content: object,
  ): {
    validate(): void;
  };
}

/** What the schema of Kubernetes says against an object; undefined where it says nothing. */
export async function schemaFault({ apiVersion, kind, content }: Manifest): Promise<string | undefined> {
  const place = `kubernetes-models/${apiVersion}`;
  const models = (await import(/* @vite-ignore */ place)) as Record<string, Model | undefined>;
  const model = models[kind];
  if (!model) return `there is no ${kind} in ${apiVersion}`;
  try {
    new model(content).validate();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What the schema lets pass, since it allows more than it names: members that nobody knows. By the types of the same schema. */
export function unknownMembers(manifests: readonly Manifest[]): string[] {
  const workshop = mkdtempSync(join(FOLDER, 'test/types-'));
  try {
    const lines = manifests.map(({ apiVersion, kind, content }, index) => {
      const type = `import('kubernetes-models/${apiVersion}').I${kind}`;
      return `export const object${index}: ${type} = ${JSON.stringify(content)};`;
    });
    const file = join(workshop, 'objects.ts');
    writeFileSync(file, `${lines.join('\n')}\n`);
    const program = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
    });
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  } finally {
    rmSync(workshop, { recursive: true });
  }
}
