/** One line of the doctor. */
export interface Finding {
  name: string;
  ok: boolean;
  /** What is so, or what is wrong and why it matters. */
  detail: string;
  /** What mends it: a command, wherever there is one. */
  remedy?: string | undefined;
}

/** Nothing to do. */
export function sound(name: string, detail: string): Finding {
  return { name, ok: true, detail };
}

/** Something to mend. */
export function amiss(name: string, detail: string, remedy: string): Finding {
  return { name, ok: false, detail, remedy };
}
