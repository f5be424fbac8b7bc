/** An error as plain data. */
export interface ErrorFields {
  name: string;
  message: string;
  code?: string | undefined;
  retryable?: boolean | undefined;
  /** The HTTP status that a token endpoint answered. */
  status?: number | undefined;
  /** How long a token endpoint asked to be left alone, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** The error that this one came from. */
  cause?: ErrorFields | undefined;
}

const DEEPEST = 5;

/**
 * Of an error what helps, member by member: never whatever else hangs on it, and no stack, which names files of the machine.
 * @param shown - what texts look like in the log
 */
export function errorFields(
  error: unknown,
  shown: (text: string) => string,
  depth = 0,
): ErrorFields | undefined {
  if (!(error instanceof Error) || depth >= DEEPEST) return undefined;
  const { name, message, code, retryable, status, retryAfterMs, cause } = error as Error &
    Record<string, unknown>;
  const fields: ErrorFields = { name: shown(name), message: shown(message) };
  if (typeof code === 'string') fields.code = shown(code);
  if (typeof retryable === 'boolean') fields.retryable = retryable;
  if (typeof status === 'number') fields.status = status;
  if (typeof retryAfterMs === 'number') fields.retryAfterMs = retryAfterMs;
  const from = errorFields(cause, shown, depth + 1);
  if (from) fields.cause = from;
  return fields;
}
