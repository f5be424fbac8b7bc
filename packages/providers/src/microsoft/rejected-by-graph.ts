/** Far more than Graph's errors hold; the rest of a longer body is not looked at. */
const LONGEST_READ = 16 * 1024;

/**
 * An `isRejected` for Microsoft Graph: every 401, and the 403 with which some of its services (Teams chats) answer a
 * token that has expired. Only the body of such a 403 is read, and of a clone: other responses wait for nothing.
 * A 403 for a missing permission is none.
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
