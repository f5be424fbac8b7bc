/** Why there is no answer, as a code. Messages are left out: they may quote what was sent. */
export function failureOf(error: unknown): string {
  for (let each = error, depth = 0; each && depth < 5; each = (each as Error).cause, depth++) {
    const { code, name } = each as { code?: unknown; name?: unknown };
    if (name === 'TimeoutError') return 'timed out';
    if (name === 'AbortError' || code === 'ABORT_ERR' || code === 20) return 'aborted';
    if (typeof code === 'string' && /^[A-Z]\w{1,60}$/.test(code)) return code;
  }
  const { name } = (error ?? {}) as { name?: unknown };
  return typeof name === 'string' && /^\w{1,60}$/.test(name) ? name : 'failed';
}
