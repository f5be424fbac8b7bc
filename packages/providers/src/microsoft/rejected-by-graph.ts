/** Graph's errors are far shorter. The rest of a longer body is not read. */
const LONGEST_READ = 16 * 1024;

/**
 * An `isRejected` for Microsoft Graph: true for every 401, and for the 403 with which some of its services (Teams chats)
 * answer an expired token; false for a 403 about a missing permission. Only the body of a 403 with JSON is read, from a
 * clone, so no other response is held up.
 * @see https://learn.microsoft.com/graph/errors
 */
export function rejectedByGraph(response: Response): boolean | Promise<boolean> {
  if (response.status === 401) return true;
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return response.status === 403 && isJson && saysExpired(response.clone());
}

async function saysExpired(response: Response): Promise<boolean> {
  try {
    const { error } = JSON.parse(await startOf(response)) as {
      error?: { code?: unknown; message?: unknown };
    };
    return (
      error?.code === 'InvalidAuthenticationToken' ||
      /^no authorization information present/i.test(String(error?.message))
    );
  } catch {
    return false;
  }
}

async function startOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (reader && text.length < LONGEST_READ) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value as Uint8Array, { stream: true });
  }
  // Of a clone: cancelling it ends only this reading.
  reader?.cancel().catch(() => undefined);
  return text;
}
