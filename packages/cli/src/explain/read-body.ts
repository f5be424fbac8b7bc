/** What a body says of the fault. */
export interface BodyFault {
  code?: string | undefined;
  /** As it is: it may quote a token. */
  message?: string | undefined;
}

type Plain = Readonly<Record<string, unknown>>;

const LONGEST = 2_000;

/**
 * Reads the fault in a body of JSON as APIs write it: `{ error: { code, message } }` of Microsoft Graph, `{ error: { status,
 * details } }` of Google, `{ message }` of GitHub, `{ error, error_description }` of the RFCs.
 */
export function readBody(body: string): BodyFault {
  const from = body.indexOf('{');
  const to = body.lastIndexOf('}');
  if (from < 0 || to < from) return {};
  try {
    return faultIn(JSON.parse(body.slice(from, to + 1)) as Plain);
  } catch {
    return {};
  }
}

function faultIn(json: Plain): BodyFault {
  const { error } = json;
  const inner = (typeof error === 'object' && error !== null ? error : json) as Plain;
  const reasons = [...listOf(inner['details']), ...listOf(inner['errors'])].map((each) => each['reason']);
  const codes = [...reasons, inner['code'], inner['status'], error];
  return {
    code: codes.map(asCode).find((code) => code !== undefined),
    message: [inner['message'], json['error_description']].map(asText).find((text) => text !== undefined),
  };
}

function listOf(value: unknown): Plain[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];
}

/** A code is a word, so that nothing secret passes for one. */
function asCode(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z][A-Za-z_.]{2,60}$/.test(value) ? value : undefined;
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, LONGEST) : undefined;
}
