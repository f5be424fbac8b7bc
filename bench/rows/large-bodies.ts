import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Peak } from '../body-memory.ts';
import { measuredApart } from '../measured-apart.ts';
import { median, type Row, type Theme } from '../row.ts';

const TIMES = 5;

/** A request body of 100 MB: the peak of memory, each time in a process of its own, in turn. */
export const theme: Theme = {
  order: 2.5,
  seconds: 60,
  async measure() {
    const server = createServer((request, response) => {
      let length = 0;
      request.on('data', (piece: Buffer) => {
        length += piece.length;
      });
      request.on('end', () => response.end(`${length}`));
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      return [await rowOf('stream', origin), await rowOf('Blob', origin)];
    } finally {
      server.close();
    }
  },
};

async function rowOf(kind: string, origin: string): Promise<Row> {
  const peaks = { fetch: [] as Peak[], ours: [] as Peak[] };
  for (let time = 0; time < TIMES; time++) {
    for (const whose of time % 2 === 0 ? (['fetch', 'ours'] as const) : (['ours', 'fetch'] as const))
      peaks[whose].push(await measuredApart<Peak>('body-memory.ts', [whose, kind, origin]));
  }
  const isWhole = [...peaks.fetch, ...peaks.ours].every((peak) => peak.isWhole);
  const floor = (what: Megabytes) => median(peaks.fetch.map((peak) => peak[what])).toFixed(1);
  // Of neighbours in time: what else the machine does meets both.
  const more = (what: Megabytes) =>
    median(peaks.ours.map((peak, time) => peak[what] - (peaks.fetch[time]?.[what] ?? Number.NaN)));
  return {
    what: `a request body of 100 MB as a ${kind}: peak of memory`,
    floor: `${floor('inUseMb')} MB in use, ${floor('residentMb')} MB resident`,
    ours: `${signed(more('inUseMb'))} MB, ${signed(more('residentMb'))} MB resident${isWhole ? '' : ', not all of it arrived'}`,
    goal: 'at most +1 MB in use',
    met: more('inUseMb') <= 1 && isWhole,
  };
}

type Megabytes = 'inUseMb' | 'residentMb';

const signed = (value: number) => `${value < 0 ? '' : '+'}${value.toFixed(1)}`;
