/**
 * What was answered, whatever its status.
 * @throws what `fetch` threw, where that holds no answer
 */
export async function answered(sent: Promise<Response>): Promise<Response> {
  try {
    return await sent;
  } catch (error) {
    const answer = answerIn(error);
    if (answer) return answer;
    throw error;
  }
}

/**
 * The answer in what a `fetch` of the caller's threw for its status, as ky does where it is not told otherwise. It has read the body by
 * then, and keeps what was in it as `data`. Undefined where nothing was answered.
 */
export function answerIn(error: unknown): Response | undefined {
  const { response, data } = (error ?? {}) as { response?: unknown; data?: unknown };
  if (!isResponse(response)) return undefined;
  if (!response.bodyUsed) return response;
  const { status, headers } = response;
  return new Response(textOf(data) || null, { status, headers });
}

/** By what it does: a `fetch` of another make has a class of its own. */
function isResponse(value: unknown): value is Response {
  const { status, headers } = (value ?? {}) as Partial<Response>;
  return typeof status === 'number' && typeof headers?.get === 'function';
}

function textOf(data: unknown): string {
  if (typeof data === 'string') return data;
  return JSON.stringify(data) ?? '';
}
