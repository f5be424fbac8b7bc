import { isJsonObject, type JsonObject } from './json-object.ts';

/** What the text of a reply is: JSON of any kind, the members of a form, or else the text itself. */
export function contentOf(text: string, isForm: boolean): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const trimmed = text.trim();
    return isForm || LIKE_A_FORM.test(trimmed) ? formIn(trimmed) : trimmed;
  }
}

/** Some servers send a form as `text/plain`, or as what it is not. */
const LIKE_A_FORM = /^(?:[\w.~%+-]+=[^\s&<>"{}]*&)*(?:access_token|refresh_token|error)=[^\s<>"{}]*$/;

function formIn(text: string): unknown {
  const members = Object.fromEntries(new URLSearchParams(text));
  return Object.keys(members).length > 0 ? members : text;
}

/** The members of a reply; undefined if it has none. */
export function membersIn(content: unknown): JsonObject | undefined {
  return isJsonObject(content) ? content : undefined;
}
