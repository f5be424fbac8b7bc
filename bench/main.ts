import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { makeBaseline } from './baseline.ts';
import { PAGE, pageWith, unmeasured } from './page.ts';
import { mostSeconds, type Row } from './row.ts';
import { endMeasuring, measureTheme, type ThemeFile, themesNamed } from './themes.ts';

/*
 * The figures that we promise, measured: `npm run bench`, which writes docs/performance.md. With a word, only the files in rows/
 * whose name holds it are run, and their lines alone are replaced. Ends with 0 where every goal was met, 1 where one was missed, and
 * 2 where something could not be measured.
 */

const { positionals } = parseArgs({ allowPositionals: true, options: {} });
const themes = await themesNamed(positionals);
if (themes.length === 0) {
  const all = (await themesNamed([])).map(({ name }) => name);
  console.error(
    `bench: no file in bench/rows is called "${positionals.join(' ')}". There are: ${all.join(', ')}`,
  );
  process.exit(2);
}

const minutes = (secondsOf: (theme: ThemeFile) => number) =>
  Math.ceil(themes.reduce((sum, theme) => sum + secondsOf(theme), 0) / 60);
console.log(
  `bench: ${themes.length} file(s) of bench/rows, about ${minutes(({ seconds }) => seconds)} min on a machine that does nothing else, at most ${minutes(mostSeconds)} min`,
);

let removeBaseline = () => {};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    endMeasuring();
    removeBaseline();
    process.exit(130);
  });

const rows: Row[] = [];
const failed: string[] = [];
try {
  if (themes.some(({ hasBaseline }) => hasBaseline)) {
    console.log('bench: installing the state of 2026-11-26 in a folder for temporary files');
    removeBaseline = makeBaseline();
  }
  for (const [at, theme] of themes.entries()) {
    console.log(`bench: ${at + 1} of ${themes.length}, ${theme.name}, about ${theme.seconds} s`);
    const begunAt = performance.now();
    rows.push(...(await measured(theme)));
    console.log(`bench: took ${Math.round((performance.now() - begunAt) / 1_000)} s`);
  }
} finally {
  removeBaseline();
}
const isWhole = positionals.length === 0;
const gone = themes.map(({ name }) => unmeasured(name).what);
writeFileSync(PAGE, pageWith(rows, isWhole, gone));
const missed = rows.filter(({ met }) => !met).length - failed.length;
console.log(
  `bench: ${rows.length - missed - failed.length} goals met, ${missed} missed, written to docs/performance.md`,
);
if (failed.length > 0) console.error(`bench: COULD NOT BE MEASURED: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 2 : missed > 0 ? 1 : 0;

async function measured(theme: ThemeFile): Promise<Row[]> {
  try {
    const measuredRows = await measureTheme(theme);
    for (const { met, what, ours, floor = '–', goal } of measuredRows)
      console.log(`${met ? 'met   ' : 'MISSED'}  ${what}: ${ours}  (floor ${floor}; goal: ${goal})`);
    return measuredRows;
  } catch (error) {
    failed.push(theme.name);
    console.error(`FAILED  ${theme.name}: ${(error as Error).message}`);
    return [unmeasured(theme.name)];
  }
}
