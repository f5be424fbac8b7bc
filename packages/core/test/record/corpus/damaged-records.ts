import { serializeRecord } from '../../../src/record/credential-record.ts';
import { accessOf, grantOf, leaseOf, recordOf, refusalOf } from '../../support/records.ts';

/** In every value of every damaged record; never in an error. */
export const MARK = 'SECRET-IN-RECORD';

const whole = recordOf({
  grant: grantOf('grant-1', { refreshToken: MARK }),
  accessTokens: { read: accessOf(MARK, { expiresAt: 1 }) },
  lease: leaseOf('lease-1'),
  refusal: refusalOf('consent_required'),
});
const text = serializeRecord(whole);
const object = JSON.parse(text) as Record<string, Record<string, unknown>>;
const access = accessOf(MARK);

/** The whole record with this value at this place; undefined takes the field away. */
function having(place: string, value: unknown): string {
  const [first = '', second, third] = place.split('.');
  const parent = object[first];
  if (second === undefined) return JSON.stringify({ ...object, [first]: value });
  if (third === undefined) return JSON.stringify({ ...object, [first]: { ...parent, [second]: value } });
  return JSON.stringify({ ...object, [first]: { ...parent, [second]: { ...access, [third]: value } } });
}

const long = MARK.repeat(300);

/** A field, and values that it must not have. */
const WRONG: readonly [place: string, ...values: unknown[]][] = [
  ['schema', 0, -1, 1.5, '1', null, true, {}, undefined],
  ['account', 1, [MARK], long],
  ['writeId', null, {}, undefined, long],
  ['family', 7, false, {}, long],
  ['signedInAt', '2026-01-01', null, 9e15, [1]],
  ['replaced', MARK, null, [[MARK]], [null], { 0: MARK }],
  ['seq', -1, 1.5, 1e300, null, true, [3]],
  ['state', 'Active', '', 'deleted', null, 1, ['active']],
  ['reason', 1, null, {}, [MARK]],
  ['revokeLate', 0, 'yes', null],
  ['grant', MARK, 7, [], null, undefined],
  ['grant.id', 7, null, {}, long],
  ['grant.generation', null, -1, 0.5, MARK, [MARK]],
  [
    'grant.refreshToken',
    '',
    null,
    7,
    [MARK],
    { MARK },
    `${MARK}\n`,
    `${MARK}\u0000`,
    `${MARK}ü`,
    `${MARK}\u007f`,
    'x'.repeat(32_767),
    '"'.repeat(16_384),
  ],
  ['grant.issuedAt', MARK, null, 9e15, undefined],
  ['grant.expiresAt', MARK, null, -9e15, []],
  ['refused', MARK, null, [], 7, undefined],
  ['refused.read', null, 7, {}, long, MARK],
  ['refusal', MARK, null, [], 7, {}],
  ['refusal.code', 7, null, {}, long, undefined],
  ['refusal.failures', -1, 0.5, null, MARK, undefined],
  ['refusal.notBefore', MARK, null, 9e15, undefined],
  ['refusal.pauseMs', -1, 0.5, 1e300, null, MARK, undefined],
  ['refusal.asked', 0, 'yes', null],
  ['userId', 7, null, {}, long],
  ['accessTokens', MARK, null, [], 7],
  ['accessTokens.read', MARK, null, [], 7, {}],
  ['accessTokens.read.token', null, 7, '', `${MARK} ${MARK}`, `${MARK}\r\nx: y`, 'x'.repeat(20_000)],
  ['accessTokens.read.tokenType', 7, null, ['Bearer']],
  ['accessTokens.read.scopes', null, {}, [1], [[MARK]]],
  ['accessTokens.read.obtainedAt', MARK, null, 9e15],
  ['accessTokens.read.expiresAt', MARK, null, 9e15],
  ['accessTokens.read.renewAt', MARK, null, {}],
  ['accessTokens.read.grantId', 7, [], undefined],
  ['lease', MARK, 7, [], null, true],
  ['lease.id', 7, null],
  ['lease.holder', [MARK], null],
  ['lease.startedAt', MARK, undefined],
  ['lease.ttlMs', -1, 0.5, '40000', null],
  ['lease.scope', null, ['read']],
  ['lease.tookOver', 'true', undefined],
  ['failures', -1, '0', null, 0.1],
  ['notBefore', MARK, null, 9e15, {}],
  ['pauseMs', MARK, null, -1, 0.5, {}],
  ['lastFailure', MARK, null, [], 7, {}],
  ['seedIds', MARK, null, [7], {}],
  ['username', 7, null, [MARK], long],
];

/** Where the error may name the place above it. */
const named = (place: string, value: unknown): string =>
  place === 'schema'
    ? 'schema'
    : place === 'accessTokens.read' && isEmpty(value)
      ? 'accessTokens'
      : (place.split('.')[0] ?? place);

const isEmpty = (value: unknown) => typeof value === 'object' && value !== null;

const show = (value: unknown) =>
  value === undefined ? 'absent' : (JSON.stringify(value) ?? '').slice(0, 40);

const FIELDS = WRONG.flatMap(([place, ...values]) =>
  values.map((value) => [`${place}: ${show(value)}`, having(place, value), named(place, value)] as const),
);

/** Texts that are no record at all. */
const TEXTS: readonly (readonly [string, string, string])[] = [
  ['nothing', '', 'not JSON'],
  ['a line break', '\n', 'not JSON'],
  ['text', MARK, 'not JSON'],
  ['HTML', `<html>${MARK}</html>`, 'not JSON'],
  ['undefined', 'undefined', 'not JSON'],
  ['NaN', 'NaN', 'not JSON'],
  ['the name of an object', '[object Object]', 'not JSON'],
  ['cut off at the end', text.slice(0, -1), 'not JSON'],
  ['cut off at half', text.slice(0, text.length / 2), 'not JSON'],
  ['without its beginning', text.slice(1), 'not JSON'],
  ['two writes mixed', text.slice(0, 100) + text, 'not JSON'],
  ['a shorter write over a longer one', `${text}"}}`, 'not JSON'],
  ['zeros at the end', text.slice(0, -20) + '\0'.repeat(20), 'not JSON'],
  ['a flipped bit in a quote', text.replace('"family"', '#family"'), 'not JSON'],
  ['a flipped bit in a name', text.replace('"family"', '"famhly"'), '`family`'],
  ['UTF-16 read as UTF-8', [...text].join('\0'), 'not JSON'],
  ['Base64', btoa(text), 'not JSON'],
  ['a comma too many', text.replace(/\}$/, ',}'), 'not JSON'],
  ['JSON in a text', JSON.stringify(text), 'not a JSON object'],
  ['a record in a list', `[${text}]`, 'not a JSON object'],
  ['false', 'false', 'not a JSON object'],
  ['an empty list', '[]', 'not a JSON object'],
  ['an empty object', '{}', 'schema'],
  ['a record below data', `{"data":${text}}`, 'schema'],
  ['only a prototype', `{"__proto__":${text}}`, 'schema'],
  ['a schema twice', text.replace(/\}$/, ',"schema":2}'), 'schema'],
  ['a state twice', text.replace(/\}$/, ',"state":"x"}'), '`state`'],
  ['50,000 objects deep', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`, 'larger than'],
  ['a megabyte', JSON.stringify({ ...object, more: MARK.repeat(70_000) }), 'larger than'],
  ['a megabyte of blanks', ' '.repeat(1_000_000), 'larger than'],
  ['40,000 lists deep', '['.repeat(40_000), 'not JSON'],
];

/** What it is, the text that is stored, and what the error must name. */
export const DAMAGED = [...TEXTS, ...FIELDS];
