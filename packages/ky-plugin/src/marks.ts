import type { InitHook, Options } from 'ky';

/*
 * What `bearerAuth()` leaves on things that ky passes along, so that two of ours know each other, also those of two installed
 * copies. No mark holds anything of a call.
 */

/** On the options of a call: an empty object, by which the `bearerAuth()` that has the call finds what it knows of it. */
export const CALL: unique symbol = Symbol.for('everbearer.call');
/** On a guarded fetch: the one behind it; undefined where that is the platform's. */
export const BEHIND: unique symbol = Symbol.for('everbearer.behind');
/** On an `init` hook of ours. */
const OURS: unique symbol = Symbol.for('everbearer.init');

/** Options of a call, or what hooks see of them: ky hands them on in copies, which keep the mark. */
export type Marked = { [CALL]?: object };

export function markedInit(hook: InitHook): InitHook {
  return Object.assign(hook, { [OURS]: true });
}

/** Whether this is the last `init` hook of ours on the chain: as with every option of ky, the later one wins. */
export function isLastOfOurs(hook: InitHook, { hooks }: Options): boolean {
  return hooks?.init?.findLast((other) => OURS in other) === hook;
}
