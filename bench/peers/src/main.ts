import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { around, pageWith } from './comparison-page.ts';
import { doWorks } from './do-works.ts';
import { PEERS } from './peers.ts';
import { WORKS } from './works.ts';

/*
 * The same work on other libraries and on ours: `npm run bench:peers`. With `--write` the tables go to docs/comparison.md.
 * `--work word` and `--peer word` do only those whose title or name holds it.
 */

const PAGE = new URL('../../../docs/comparison.md', import.meta.url);

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    work: { type: 'string', default: '' },
    peer: { type: 'string', default: '' },
  },
});
const has = (text: string, word: string) => text.toLowerCase().includes(word.toLowerCase());
const works = WORKS.filter(({ title }) => has(title, values.work));
const peers = PEERS.filter(({ name }) => has(name, values.peer));
if (works.length === 0) throw new Error(`No work is called "${values.work}".`);
if (peers.length === 0) throw new Error(`No peer is called "${values.peer}".`);
if (values.write && (works.length < WORKS.length || peers.length < PEERS.length))
  throw new Error('A part of the page is not written: leave out --work and --peer.');

// Before the work, not after it.
if (values.write) around(readFileSync(PAGE, 'utf8'));

// What libraries say on their own account would stand between the rows; what callers get is in the table.
console.warn = () => undefined;
const unheard = { count: 0 };
process.on('unhandledRejection', () => {
  unheard.count += 1;
});

console.log(
  `${works.length} kind(s) of work by ${peers.length} libraries: about 6 minutes for the whole page on a machine that does nothing else; six minutes at one of them are an error`,
);
const done = await doWorks(works, peers, 'page', (work, peer, cells) => {
  const words = cells.map((cell, column) => `${work.columns[column]}: ${cell}`);
  console.log(`${work.title} · ${peer.name} · ${words.join('; ')}`);
});
if (unheard.count > 0) console.log(`Unhandled rejections, all together: ${unheard.count}`);
if (values.write) {
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${date}, Node ${process.versions.node}, ${process.platform}, ${cpus().length} processors.`;
  writeFileSync(PAGE, pageWith(readFileSync(PAGE, 'utf8'), done, machine));
}
// Timers of libraries would keep the process.
process.exit();
