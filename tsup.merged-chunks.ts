import { basename, dirname, join, relative, sep } from 'node:path';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];
type Build = Parameters<Plugin['setup']>[0];
type File = NonNullable<Parameters<Parameters<Build['onEnd']>[0]>[0]['outputFiles']>[number];

/** In bytes. To find a file takes Node longer than to compile one of this size. */
const SMALL = 11_000;

const CHUNK = /^chunk-[A-Z0-9]{8}\.js$/;

/**
 * Makes one file of the small ones that entries share. esbuild writes one for each set of entries that share something, and a
 * program of three imports had to find twenty-six files before its first line ran.
 */
export const mergedChunks: Plugin = {
  name: 'merged chunks',
  setup(build) {
    build.onEnd(async (result) => {
      const files = result.outputFiles ?? [];
      const small = files.filter(
        ({ path, contents }) => CHUNK.test(basename(path)) && contents.length < SMALL,
      );
      const [first] = small;
      if (!first || small.length === 1) return;
      const exported = small.map(({ path }) => result.metafile?.outputs[nameInMetafile(path)]?.exports);
      refuseSameNames(exported);
      const maps = new Map(files.map(({ path, text }) => [path, text]));
      const texts = new Map(
        small.map(({ path, text }) => [basename(path), withMap(text, maps.get(`${path}.map`))]),
      );
      const merged = await merge(dirname(first.path), texts, build);
      const name = basename(merged.find(({ path }) => path.endsWith('.js'))?.path ?? '');
      const others = files.filter(({ path }) => !texts.has(basename(path, '.map')));
      result.outputFiles = [...others.map((file) => importing(file, name, texts)), ...merged];
    });
  },
};

/** What is exported under the same name by two of them, `export *` would leave out without a word. */
function refuseSameNames(exported: readonly (readonly string[] | undefined)[]): void {
  const names = exported.flat();
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined || names.includes(undefined))
    throw new Error(`Chunks that are to be one file export ${twice ?? 'nothing'}, and another one does too.`);
}

/** One file that exports what all of them do, and its map. */
async function merge(
  directory: string,
  texts: ReadonlyMap<string, string>,
  { esbuild, initialOptions }: Build,
): Promise<File[]> {
  const contents = [...texts.keys()].map((name) => `export * from './${name}';`).join('\n');
  const { format = 'esm', platform = 'neutral', sourcemap = false, target = [] } = initialOptions;
  const { outputFiles } = await esbuild.build({
    ...{ format, platform, sourcemap, target },
    stdin: { contents, resolveDir: directory },
    bundle: true,
    write: false,
    ...{ outdir: directory, entryNames: 'chunk-[hash]' },
    plugins: [
      {
        name: 'built before',
        setup({ onLoad, onResolve }) {
          onResolve({ filter: /./ }, ({ path }) =>
            texts.has(basename(path))
              ? { path: join(directory, basename(path)) }
              : { path, external: true, sideEffects: false },
          );
          onLoad({ filter: /./ }, ({ path }) => ({ contents: texts.get(basename(path)) ?? '' }));
        },
      },
    ],
  });
  return outputFiles;
}

/** The file, importing from `name` what it has imported from those that are part of it now. Lines stay where they are. */
function importing(file: File, name: string, texts: ReadonlyMap<string, string>): File {
  if (!file.path.endsWith('.js')) return file;
  const text = file.text.replace(/"(\.\.?\/)(chunk-[A-Z0-9]{8}\.js)"/g, (found, up: string, chunk: string) =>
    texts.has(chunk) ? `"${up}${name}"` : found,
  );
  return { ...file, text, contents: new TextEncoder().encode(text) };
}

/** With its map in it, for the map of what is made of it. */
function withMap(text: string, map = ''): string {
  const address = `data:application/json;base64,${Buffer.from(map).toString('base64')}`;
  return `${text}//# sourceMappingURL=${address}`;
}

function nameInMetafile(path: string): string {
  return relative(process.cwd(), path).replaceAll(sep, '/');
}
