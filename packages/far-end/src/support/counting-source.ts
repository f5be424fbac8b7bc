import { AccessToken, type TokenAsk, type TokenSource } from '@everbearer/core';

export interface CountingSource extends TokenSource {
  /** Every ask, as it came. */
  readonly asks: (TokenAsk | undefined)[];
  /** While it is there, every ask waits for it. */
  gate: Promise<unknown> | undefined;
  /** Thrown at asks that name a rejected token. */
  refusal: Error | undefined;
}

/** A source of t1, t2, …: each rejection of the newest brings the next. With `peeks` it hands out the newest at once as well. */
export function countingSource({ peeks = false } = {}): CountingSource {
  let serial = 1;
  const source: CountingSource = {
    asks: [],
    gate: undefined,
    refusal: undefined,
    async getToken(ask) {
      source.asks.push(ask);
      await source.gate;
      if (ask?.rejected !== undefined && source.refusal) throw source.refusal;
      if (ask?.rejected === `t${serial}`) serial++;
      return new AccessToken({ token: `t${serial}` });
    },
    ...(peeks && { peek: () => new AccessToken({ token: `t${serial}` }) }),
  };
  return source;
}

/** A promise to be resolved from outside. */
export function gate(): { promise: Promise<void>; open: () => void } {
  let open = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}
