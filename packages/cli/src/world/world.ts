/** Where text goes. */
export interface Sink {
  write(text: string | Uint8Array): void;
  /** Resolves once what was written has left this process; rejects where nobody reads any more. */
  written(): Promise<void>;
  isTerminal: boolean;
  /** Of the terminal, as it is now; undefined elsewhere, and where the terminal does not say. */
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** What a command sees of the machine it runs on. */
export interface World {
  env: Readonly<Record<string, string | undefined>>;
  /** The working directory. */
  directory: string;
  input: AsyncIterable<Uint8Array | string> & { isTTY?: boolean | undefined };
  /** What was asked for. */
  output: Sink;
  /** What a person should know besides. */
  notes: Sink;
  now(): number;
  /** Aborts when somebody wants the command to end. */
  signal: AbortSignal;
  /** Has this process end by a signal, once it has nothing left to do: a program that it ran ended so. */
  endBy(signal: NodeJS.Signals): void;
}

/** Everything that stands on standard input. */
export async function readInput(input: World['input']): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of input) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}
