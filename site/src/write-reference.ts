import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Application, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';
import { folders } from './folders.ts';

/** An entry of a published package, and the name of its page, which is that of its API report. */
interface Entry {
  specifier: string;
  page: string;
  source: string;
}

/** Every entry that users import, by the `exports` of the packages. */
export function publicEntries(): Entry[] {
  return globSync('packages/*/package.json', { cwd: folders.checkout })
    .sort()
    .flatMap((path) => {
      const manifest = JSON.parse(readFileSync(join(folders.checkout, path), 'utf8'));
      if (manifest.private) return [];
      const exported = Object.entries<{ 'everbearer-source'?: string }>(manifest.exports);
      return exported.flatMap(([subpath, { 'everbearer-source': source }]) => {
        if (!source) return [];
        const specifier = `${manifest.name}${subpath.slice(1)}`;
        const page = specifier.replace('@everbearer/', '').replaceAll('/', '.');
        return [{ specifier, page, source: join(folders.checkout, path, '..', source) }];
      });
    });
}

const OPTIONS: TypeDocOptions & PluginOptions = {
  tsconfig: join(folders.site, 'tsconfig.reference.json'),
  plugin: ['typedoc-plugin-markdown'],
  router: 'module',
  readme: 'none',
  excludeInternal: true,
  excludePrivate: true,
  disableSources: true,
  // The sources are checked by `npm run typecheck`.
  skipErrorChecking: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  useCodeBlocks: true,
  // It counts headings in its own way, so its links lead to anchors of its own.
  useHTMLAnchors: true,
  parametersFormat: 'table',
  logLevel: 'Warn',
};

/** Writes a page for each public entry, made of the doc comments. */
export async function writeReference(): Promise<void> {
  const out = join(folders.pages, 'reference');
  const entries = publicEntries();
  const typedoc = await Application.bootstrapWithPlugins({
    ...OPTIONS,
    entryPoints: entries.map(({ source }) => source),
    basePath: folders.checkout,
    outputs: [{ name: 'markdown', path: out }],
  } as TypeDocOptions);
  const project = await typedoc.convert();
  if (!project) throw new Error('The doc comments could not be read.');
  for (const module of project.children ?? []) {
    const entry = entries.find(
      ({ source }) => relative(folders.checkout, source).replace(/(\/index)?\.ts$/, '') === module.name,
    );
    if (!entry) throw new Error(`${module.name} is no public entry.`);
    module.name = entry.page;
  }
  await typedoc.generateOutputs(project);
  rmSync(join(out, 'README.md'));
  for (const { page, specifier } of entries) {
    const place = join(out, `${page}.md`);
    writeFileSync(place, readFileSync(place, 'utf8').replace(/^# .+/, `# \`${specifier}\``));
  }
  const list = entries.map(({ page, specifier }) => `- [\`${specifier}\`](${page}.md)`).join('\n');
  writeFileSync(
    join(out, 'index.md'),
    `# Reference\n\nEvery public name, by where it is imported from.\n\n${list}\n`,
  );
}
