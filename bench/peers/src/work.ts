import type { Peer } from './peer.ts';

/** How much is done: all of it for the page, or as little as shows that it works. */
export type Scale = 'page' | 'smoke';

/** What one peer did, one cell for each column; a number or words. */
export type Cells = readonly (string | number)[];

/** A piece of work that every peer does. */
export interface Work {
  /** Its heading on the page. */
  title: string;
  /** What is done, and what the columns mean. */
  about: string;
  columns: readonly string[];
  /** Whether it takes its time, so that all peers do it at once. */
  isSlow?: boolean;
  measure(peer: Peer, scale: Scale): Promise<Cells>;
}
