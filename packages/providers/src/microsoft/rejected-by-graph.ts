import { boundedBody } from '../wire/bounded-body.ts';
import { isJsonObject, jsonObjectIn } from '../wire/json-object.ts';

/** Graph's errors are far shorter. A longer body is not one of them. */
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
  const body = await boundedBody(response, LONGEST_READ).catch(() => undefined);
  const error = body === undefined ? undefined : jsonObjectIn(body)?.error;
  if (!isJsonObject(error)) return false;
  return (
    error.code === 'InvalidAuthenticationToken' ||
    /^no authorization information present/i.test(String(error.message))
  );
}
