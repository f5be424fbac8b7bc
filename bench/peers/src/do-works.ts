import type { Peer } from './peer.ts';
import type { Cells, Scale, Work } from './work.ts';

/** What each peer did at one work. */
export interface WorkDone {
  work: Work;
  rows: readonly { peer: Peer; cells: Cells }[];
}

/**
 * Each peer by itself, since processor time is that of the whole process; slow work by all at once.
 *
 * @param onRow - told each row as it is there
 */
export async function doWorks(
  works: readonly Work[],
  peers: readonly Peer[],
  scale: Scale,
  onRow: (work: Work, peer: Peer, cells: Cells) => void = () => undefined,
): Promise<WorkDone[]> {
  const done: WorkDone[] = [];
  for (const work of works) {
    const measureOne = async (peer: Peer) => {
      const cells = await work.measure(peer, scale);
      onRow(work, peer, cells);
      return { peer, cells };
    };
    const rows: WorkDone['rows'][number][] = [];
    if (work.isSlow) rows.push(...(await Promise.all(peers.map(measureOne))));
    else for (const peer of peers) rows.push(await measureOne(peer));
    done.push({ work, rows });
  }
  return done;
}
