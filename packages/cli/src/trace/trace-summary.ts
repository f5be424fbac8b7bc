import type { TraceRecord } from '../timeline/trace-record.ts';

/** What a trace came to. */
export class TraceSummary {
  readonly #living = new Set<number>();
  #processes = 0;
  #requests = 0;
  #unauthorized = 0;
  #failed = 0;
  #withoutHeader = 0;

  /** Whether a record tells something: the end of a process is told once, and by none that was not traced. */
  isNews({ kind, pid }: TraceRecord): boolean {
    return kind !== 'process_ended' || this.#living.has(pid);
  }

  add(record: TraceRecord): void {
    if (record.kind === 'process_started') {
      this.#processes += 1;
      this.#living.add(record.pid);
    } else if (record.kind === 'process_ended') this.#living.delete(record.pid);
    else if (record.kind === 'request' && !record.notReplayed) {
      this.#requests += 1;
      if (record.status === 401) this.#unauthorized += 1;
      if (record.failure) this.#failed += 1;
      if (record.status === 401 && record.headerFrom === 'nobody') this.#withoutHeader += 1;
    }
  }

  /** For a person, in one line. */
  words(isKept: boolean): string {
    if (this.#processes === 0) {
      return 'nothing was traced: no Node process was started. Bun, Deno and other programs are not traced, nor is Node in a container, with --permission, or with a NODE_OPTIONS of its own.';
    }
    const counts = [
      `${many(this.#requests, 'request')} of ${many(this.#processes, 'process')}`,
      this.#unauthorized > 0 && `${this.#unauthorized} answered 401`,
      this.#withoutHeader > 0 && `${this.#withoutHeader} of them without a header`,
      this.#failed > 0 && `${this.#failed} without an answer`,
    ].filter(Boolean);
    const next = isKept && this.#unauthorized > 0 ? '. Why: everbearer explain' : '';
    return counts.join(', ') + next;
  }
}

function many(count: number, word: string): string {
  const ending = word.endsWith('s') ? 'es' : 's';
  return `${count} ${word}${count === 1 ? '' : ending}`;
}
