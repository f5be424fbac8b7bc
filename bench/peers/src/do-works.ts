import type { Peer } from './peer.ts';
import type { Cells, Scale, Work } from './work.ts';

/** What each peer did at one work. */
export interface WorkDone {
  work: Work;
  rows: readonly { peer: Peer; cells: Cells }[];
}

/** The longest takes a minute or two: after so long something hangs. */
const MOST_MS = 6 * 60_000;

/**
 * Each peer by itself, since processor time is that of the whole process; slow work by all at once.
 *
 * @param onRow - told each row as it is there
 * @throws when a peer fails at a work, or has not done it after six minutes; the error names both
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
      const cells = await measured(work, peer, scale);
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

async function measured(work: Work, peer: Peer, scale: Scale): Promise<Cells> {
  let overdue: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    overdue = setTimeout(() => reject(new Error(`not done after ${MOST_MS / 60_000} minutes`)), MOST_MS);
  });
  try {
    return await Promise.race([work.measure(peer, scale), late]);
  } catch (cause) {
    throw new Error(`${peer.name} at "${work.title}": ${(cause as Error).message}`, { cause });
  } finally {
    clearTimeout(overdue);
  }
}
