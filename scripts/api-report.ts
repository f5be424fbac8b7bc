import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
  type IConfigFile,
} from '@microsoft/api-extractor';
import ts from 'typescript';

/** One entry of a package that was built. */
export interface ApiEntry {
  /** The folder of the package. */
  folder: string;
  /** Its declarations, from that folder: `dist/redis.d.ts`. */
  types: string;
  /** Those of all entries of the package, this one included. */
  allTypes: readonly string[];
  /** The report, in `etc`, without its ending. */
  report: string;
}

/** Where reports are compared, and whether they are written. */
export interface ReportRun {
  root: string;
  /** For the report of this run. */
  temporary: string;
  update: boolean;
}

/**
 * Compares the public API of an entry with its report. Complains of a difference, of every public name and member
 * without a doc comment, and of every type that a signature shows and that no entry of the package exports.
 */
export function checkApiReport(entry: ApiEntry, run: ReportRun): string[] {
  mkdirSync(join(entry.folder, 'etc'), { recursive: true });
  const program = declarationsOf(entry);
  const exported = exportedNames(program);
  const complaints: string[] = [];
  const { apiReportChanged } = Extractor.invoke(extractorConfig(entry, run), {
    localBuild: run.update,
    messageCallback(message) {
      message.handled = true;
      const complaint = complaintOf(message, entry, program, exported);
      if (complaint !== undefined) complaints.push(complaint);
    },
  });
  if (apiReportChanged && !run.update) {
    complaints.push(
      `The public API differs from etc/${entry.report}.api.md: run \`npm run api:update\` and review the change.`,
    );
  }
  return complaints;
}

function complaintOf(
  message: ExtractorMessage,
  { folder, report }: ApiEntry,
  program: ts.Program,
  exported: ReadonlySet<string>,
): string | undefined {
  if (!['error', 'warning'].includes(message.logLevel)) return undefined;
  if (message.messageId.startsWith('console-api-report')) return undefined;
  if (message.messageId === 'ae-undocumented') {
    return `${pathAt(message, program) ?? message.text} has no doc comment (${placeOf(message, folder)})`;
  }
  if (message.messageId === 'ae-forgotten-export') {
    const [, name = ''] = /The symbol "([^"]+)"/.exec(message.text) ?? [];
    if (exported.has(name)) return undefined;
    return `${name} is part of the API of ${report}, and no entry of the package exports it (${placeOf(message, folder)})`;
  }
  return message.formatMessageWithLocation(folder);
}

function placeOf(
  { sourceFilePath = '', sourceFileLine, sourceFileColumn }: ExtractorMessage,
  folder: string,
) {
  return `${relative(folder, sourceFilePath)}:${sourceFileLine}:${sourceFileColumn}`;
}

function declarationsOf({ folder, allTypes }: ApiEntry): ts.Program {
  const files = allTypes.map((types) => join(folder, types));
  const { ES2024 } = ts.ScriptTarget;
  const { NodeNext } = ts.ModuleKind;
  return ts.createProgram(files, { target: ES2024, module: NodeNext, types: ['node'] });
}

/** What the entries of a package export, under the names that their users see. */
function exportedNames(program: ts.Program): ReadonlySet<string> {
  const checker = program.getTypeChecker();
  const names = program.getRootFileNames().flatMap((file) => {
    const source = program.getSourceFile(file);
    const symbol = source && checker.getSymbolAtLocation(source);
    return symbol ? checker.getExportsOfModule(symbol).map(({ name }) => name) : [];
  });
  return new Set(names);
}

/** `RedisPort.server` for a message that knows a line and a column, and the last name alone. */
function pathAt(message: ExtractorMessage, program: ts.Program): string | undefined {
  const { sourceFilePath, sourceFileLine, sourceFileColumn } = message;
  const source = sourceFilePath === undefined ? undefined : program.getSourceFile(sourceFilePath);
  if (!source || sourceFileLine === undefined || sourceFileColumn === undefined) return undefined;
  const position = source.getPositionOfLineAndCharacter(sourceFileLine - 1, sourceFileColumn - 1);
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (position < node.getStart(source) || position >= node.end) return;
    const { name } = node as { name?: ts.Node };
    if (name) names.push(name.getText(source));
    // The message points at the start of the declaration: what lies further inside is not meant.
    if (name && node.getStart(source) === position) return;
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return names.length > 0 ? names.join('.') : undefined;
}

function extractorConfig({ folder, types, report }: ApiEntry, run: ReportRun): ExtractorConfig {
  const configObject: IConfigFile = {
    projectFolder: folder,
    mainEntryPointFilePath: join(folder, types),
    newlineKind: 'lf',
    compiler: {
      overrideTsconfig: {
        extends: join(run.root, 'tsconfig.base.json'),
        compilerOptions: { customConditions: null, isolatedDeclarations: false, types: ['node'] },
        files: [types],
      },
    },
    apiReport: {
      enabled: true,
      reportFileName: `${report}.api.md`,
      reportFolder: join(folder, 'etc'),
      reportTempFolder: run.temporary,
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    messages: reporting(),
  };
  return ExtractorConfig.prepare({
    configObject,
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
  });
}

function reporting(): NonNullable<IConfigFile['messages']> {
  const loud = { logLevel: ExtractorLogLevel.Warning };
  const quiet = { logLevel: ExtractorLogLevel.None };
  return {
    compilerMessageReporting: { default: loud },
    extractorMessageReporting: {
      default: loud,
      'ae-missing-release-tag': quiet,
      'ae-unresolved-link': quiet,
    },
    tsdocMessageReporting: { default: quiet },
  };
}
