import type { BackendCheck } from '@everbearer/core/contract';

/** A finding of `check()` about which nothing has to be done. */
export function passed(name: string, detail: string): BackendCheck {
  return { name, ok: true, detail };
}

/** A finding of `check()`, with what to do about it. */
export function failed(name: string, detail: string, remedy: string): BackendCheck {
  return { name, ok: false, detail, remedy };
}
