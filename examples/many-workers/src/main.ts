import { parseArgs } from 'node:util';
import { linesOf } from './figures.ts';
import { tell } from './story.ts';
import { createDisplay } from './table.ts';
import type { Worker } from './worker.ts';

const { values } = parseArgs({ options: { json: { type: 'boolean' } } });
const workers: Worker[] = [];
const display = createDisplay(() => workers.map(({ row }) => row), process.stdout);
const figures = await tell(workers, display).finally(() => display.end());
for (const line of linesOf(figures)) console.log(line);
if (values.json) console.log(JSON.stringify(figures));
process.exitCode = figures.ok ? 0 : 1;
