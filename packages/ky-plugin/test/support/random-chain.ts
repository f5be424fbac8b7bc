import fc from 'fast-check';
import { type Options, replaceOption } from 'ky';

/** What a chain of `create()` and `extend()` consists of; by name, so that a counterexample can be read. */
export interface Chain {
  /** Options of the instances, in order; the plugin comes before the instance at `plugin`. */
  levels: LevelName[][];
  plugin: number;
  calls: Call[];
  /** What the server answers the requests that it lets in, in turn; then 200. */
  mood: number[];
  /** Before which of the requests it lets in the server revokes the token in use. */
  revokes: number | undefined;
  /** Whether the source hands out the token at once where it has one. */
  peeks: boolean;
}

export interface Call {
  method: 'get' | 'post' | 'put' | 'head';
  body: BodyName;
  options: LevelName[];
  asRequest: boolean;
}

/** What the hooks of a chain reach for beyond their request. */
export interface Surroundings {
  /** Other callers have got a new token meanwhile. */
  othersRenew(): void;
  /** A header of an earlier request. */
  oldHeader(): string;
}

type State = { request: Request };
const marking =
  (name: string): NonNullable<Options['fetch']> =>
  (input, init) => {
    (input as Request).headers.set('x-via', name);
    return fetch(input, init);
  };
const without = (request: Request) => {
  const copy = new Request(request);
  copy.headers.delete('authorization');
  return copy;
};
const hooks = (given: object): Options => ({ hooks: given as NonNullable<Options['hooks']> });

const LEVELS = {
  'retry 0': () => ({ retry: { limit: 0, delay: () => 0 } }),
  'retry 1': () => ({ retry: { limit: 1, delay: () => 0 } }),
  'retry all': () => ({ retry: { limit: 2, methods: ['get', 'post', 'put', 'head'], delay: () => 0 } }),
  'no throw': () => ({ throwHttpErrors: false }),
  'no timeout': () => ({ timeout: false as const }),
  'total timeout': () => ({ totalTimeout: 20_000 }),
  header: () => ({ headers: { 'x-level': 'a' } }),
  search: () => ({ searchParams: { q: '1' } }),
  'own fetch': () => ({ fetch: marking('option') }),
  context: () => ({ context: { trace: 1 } }),
  'deletes header': () =>
    hooks({ beforeRequest: [({ request }: State) => request.headers.delete('authorization')] }),
  'new request': () => hooks({ beforeRequest: [({ request }: State) => without(request)] }),
  'old header': ({ oldHeader }) =>
    hooks({ beforeRequest: [({ request }: State) => request.headers.set('authorization', oldHeader())] }),
  'others renew': ({ othersRenew }) => hooks({ beforeRequest: [() => othersRenew()] }),
  'retry of others renew': ({ othersRenew }) => hooks({ beforeRetry: [() => othersRenew()] }),
  'retry of new request': () => hooks({ beforeRetry: [({ request }: State) => without(request)] }),
  'init fetch': () =>
    hooks({ init: [(options: Options) => Object.assign(options, { fetch: marking('init') })] }),
  'init wraps': () =>
    hooks({
      init: [
        (options: Options) => {
          const { fetch: inner = fetch } = options;
          options.fetch = (input, init) => inner(input, init);
        },
      ],
    }),
  'init context': () =>
    hooks({
      init: [
        (options: Options) => {
          options.context = { ...options.context, late: true };
        },
      ],
    }),
  'reads copy': () =>
    hooks({ afterResponse: [async ({ response }: { response: Response }) => void (await response.text())] }),
  'no beforeRequest': () => hooks({ beforeRequest: undefined }),
  'no init': () => hooks({ init: undefined }),
  'no hooks': () => hooks(replaceOption({})),
} satisfies Record<string, (surroundings: Surroundings) => Options>;

export type LevelName = keyof typeof LEVELS;

export function optionsOf(names: LevelName[], surroundings: Surroundings): Options[] {
  return names.map((name) => LEVELS[name](surroundings));
}

const text = new TextEncoder();
const BODIES = {
  none: () => ({}),
  json: () => ({ json: { a: 'ü' } }),
  text: () => ({ body: 'tëxt' }),
  params: () => ({ body: new URLSearchParams('a=1&a=2') }),
  bytes: () => ({ body: text.encode('bytes') }),
  blob: () => ({ body: new Blob(['bl', 'ob']) }),
  form: () => {
    const body = new FormData();
    body.append('a', 'b');
    return { body };
  },
  stream: () => ({ body: new Blob(['str', 'eam']).stream() }),
} satisfies Record<string, () => Options>;

export type BodyName = keyof typeof BODIES;

/** What the call is made with: input and options. */
export function argumentsOf({ method, body, asRequest }: Call, url: string): [string | Request, Options] {
  const { json, ...given } = BODIES[hasBody(method) ? body : 'none']() as Options;
  if (!asRequest || json !== undefined)
    return [url, { method, ...given, ...(json !== undefined && { json }) }];
  return [new Request(url, { method, duplex: 'half', ...given } as RequestInit), {}];
}

const hasBody = (method: Call['method']) => method === 'post' || method === 'put';

/** Whether a 401 of this call comes back because its body is not kept, as it is documented. */
export function surfaces({ levels }: Chain, { method, body, options, asRequest }: Call): boolean {
  if (!hasBody(method) || body === 'none') return false;
  const said = [...levels.flat(), ...options];
  const limit = said.findLast((name) => name.startsWith('retry ') && !name.startsWith('retry of'));
  const isStream = body === 'stream' || (asRequest && body !== 'json');
  return isStream && limit === 'retry 0';
}

const CLEARS_INIT: ReadonlySet<LevelName> = new Set<LevelName>(['no init', 'no hooks']);
const BRINGS_FETCH: ReadonlySet<LevelName> = new Set<LevelName>(['own fetch', 'init fetch']);

/**
 * Whether a call has thrown out all that is ours, guard and hooks: then nobody vouches for the header. One that keeps a part is
 * refused.
 */
export function isUnguarded({ levels, plugin, calls }: Chain): boolean {
  return calls.some(({ options }) => {
    const after = [...levels.slice(plugin).flat(), ...options];
    const noHooks =
      after.includes('no hooks') || (after.includes('no init') && after.includes('no beforeRequest'));
    return noHooks && after.some((name) => BRINGS_FETCH.has(name));
  });
}

/** Whether a call has lost the hook that begins it, so that it is not sent. */
export function isRefused({ levels, plugin }: Chain, { options }: Call): boolean {
  return [...levels.slice(plugin).flat(), ...options].some((name) => CLEARS_INIT.has(name));
}

const level = fc.array(fc.constantFrom(...(Object.keys(LEVELS) as LevelName[])), { maxLength: 3 });

export const chains: fc.Arbitrary<Chain> = fc
  .record({
    levels: fc.array(level, { minLength: 1, maxLength: 3 }),
    plugin: fc.nat({ max: 3 }),
    calls: fc.array(
      fc.record({
        method: fc.constantFrom<Call['method'][]>('get', 'post', 'put', 'head'),
        body: fc.constantFrom(...(Object.keys(BODIES) as BodyName[])),
        options: level,
        asRequest: fc.boolean(),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    mood: fc.array(fc.constantFrom(200, 503, 500, 404), { maxLength: 4 }),
    revokes: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
    peeks: fc.boolean(),
  })
  .map((chain) => ({ ...chain, plugin: Math.min(chain.plugin, chain.levels.length) }));
