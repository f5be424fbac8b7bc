/** What a command says to whoever started it, as monitors understand it. */
export const EXIT = {
  /** It is done; all is well. */
  good: 0,
  /** It did not work, or will not for long. */
  warning: 1,
  /** A person must sign in. */
  signIn: 2,
  /** It cannot be told: the command, the set-up or the store is wrong. */
  cannotTell: 3,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** The status of several: one that needs a person weighs most, then one of which nothing is known. */
export function worst(statuses: readonly ExitStatus[]): ExitStatus {
  const order: readonly ExitStatus[] = [EXIT.signIn, EXIT.cannotTell, EXIT.warning];
  return order.find((status) => statuses.includes(status)) ?? EXIT.good;
}
