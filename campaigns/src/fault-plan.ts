/** One system call that the file backend is about to make, as the shim in front of it sees it. */
export interface Step {
  /** Counted from when the plan was made. */
  number: number;
  call: string;
  path: string;
}

/** What a call did, for those who keep book of what a power cut would leave. */
export type Effect =
  | { do: 'create'; path: string }
  | { do: 'write'; path: string; bytes: Uint8Array; at: number }
  | { do: 'truncate'; path: string; size: number }
  | { do: 'sync'; path: string }
  | { do: 'link'; path: string; target: string }
  | { do: 'unlink'; path: string }
  | { do: 'mkdir'; path: string };

export interface FaultPlan {
  /** May throw in place of the call, kill the process, or never come back. */
  before?(step: Step): void | Promise<void>;
  after?(effect: Effect): void;
}

/*
 * The one plan of this process. Module state, because nothing can be handed to what stands in for a module of Node.
 */
let current: FaultPlan = {};
let steps = 0;

/** From now on this plan holds, and steps are counted from 1 again. */
export function plan(next: FaultPlan): void {
  current = next;
  steps = 0;
}

export async function step<T>(call: string, path: string, run: () => Promise<T>): Promise<T> {
  const { before } = current;
  await before?.({ number: ++steps, call, path });
  return run();
}

export function note(effect: Effect): void {
  current.after?.(effect);
}

/** As Node reports what the operating system answered. */
export function systemError(code: string, { call, path }: Pick<Step, 'call' | 'path'>): Error {
  return Object.assign(new Error(`${code}: a fault, ${call} '${path}'`), { code, syscall: call, path });
}
