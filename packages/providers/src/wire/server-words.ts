import { isJsonObject, type JsonObject } from './json-object.ts';

/** What a server says of a refusal, wherever it says it. */
export interface ServerWords {
  /** Its name for the fault. */
  code: string | undefined;
  /** Its sentence about it. */
  sentence: string | undefined;
}

/** Where servers put the name of a fault, and where a sentence about it. `error` is the place of RFC 6749. */
const CODE_PLACES = [
  'error',
  'error_code',
  'errorCode',
  'errorType',
  'error_type',
  'code',
  'errorId',
  'type',
];
const SENTENCE_PLACES = [
  'error_description',
  'errorDescription',
  'description',
  'message',
  'error_message',
  'errorSummary',
  'localizedMessage',
  'reason',
  'detail',
  'details',
  'title',
  'msg',
  'hint',
];

/**
 * The words of a refusal: at the top, below `error`, or in the first of `errors`. They decide nothing by themselves.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export function serverWords(content: unknown): ServerWords {
  if (typeof content === 'string') return wordsOfText(content);
  const places = placesIn(content);
  return { code: firstText(places, CODE_PLACES), sentence: firstText(places, SENTENCE_PLACES) };
}

/** A refusal in plain text is one word, or a sentence. What is longer, or marked up, is a page. */
function wordsOfText(text: string): ServerWords {
  if (text === '' || text.length > LONGEST_TEXT || /[<>{}]/.test(text) || !/^[\p{L}"']/u.test(text))
    return { code: undefined, sentence: undefined };
  return /^[\w-]+$/.test(text) ? { code: text, sentence: undefined } : { code: undefined, sentence: text };
}

const LONGEST_TEXT = 200;

/** The objects that may say something, the most telling first. */
function placesIn(content: unknown): JsonObject[] {
  const top = Array.isArray(content) ? content[0] : content;
  if (!isJsonObject(top)) return [];
  // FastAPI has the list below `detail`.
  const list = top.errors ?? top.detail;
  const listed = Array.isArray(list) ? list[0] : list;
  const below = [top.error, listed, top.data, top.fault].filter(isJsonObject);
  return [top, ...below];
}

function firstText(places: readonly JsonObject[], names: readonly string[]): string | undefined {
  for (const place of places) {
    for (const name of names) {
      const value = Object.hasOwn(place, name) ? place[name] : undefined;
      if (typeof value === 'string' && value.trim() !== '') return value;
    }
  }
  return undefined;
}
