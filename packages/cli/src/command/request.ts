import { AuthError, ConfigurationError, createAuthFetch } from '@everbearer/core';
import { networkCode } from '../doctor/network-finding.ts';
import { printJson } from '../print/print-json.ts';
import type { CommandInput } from '../session/command-input.ts';
import { withAccounts } from '../session/with-accounts.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';
import { readInput } from '../world/world.ts';

/** One call with the guaranteed header. What the API answers is printed as it is; a status of 400 or more ends with 1. */
export function run(input: CommandInput): Promise<ExitStatus> {
  const { options, world } = input;
  const [given = '', url = ''] = input.args;
  const method = methodOf(given, options['data'] !== undefined);
  const address = addressOf(url);
  const headers = headersOf(options['header']);
  return withAccounts(input, async ({ setup, account }) => {
    const origins = needOrigins(setup.origins);
    const body =
      options['data'] === '-' ? await readInput(world.input) : (options['data'] as string | undefined);
    const send = createAuthFetch(account, { origins });
    const init = {
      method,
      headers,
      signal: world.signal,
      ...(body !== undefined && { body }),
    };
    const response = await send(address, init).catch((error: unknown) => {
      throw reached(error, address);
    });
    await print(response, input);
    return response.status >= 400 ? EXIT.warning : EXIT.good;
  });
}

async function print(response: Response, { options, world }: CommandInput): Promise<void> {
  const { status, statusText, headers, body } = response;
  if (options.json) {
    const text = await response.text();
    printJson(world.output, { status, headers: Object.fromEntries(headers), body: jsonOr(text) });
    return;
  }
  if (options['include']) {
    const lines = [...headers].map(([name, value]) => `${name}: ${value}\n`).join('');
    world.output.write(`HTTP ${status} ${statusText}\n${lines}\n`);
  } else if (status >= 400) world.notes.write(`everbearer: the API answered ${status} ${statusText}\n`);
  for await (const part of body ?? []) world.output.write(part as Uint8Array);
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function headersOf(given: unknown): Headers {
  const headers = new Headers();
  for (const line of (given ?? []) as readonly string[]) {
    const [, name = '', value = ''] = /^([\w-]+):\s*(.*)$/s.exec(line) ?? [];
    if (name === '') throw wrongHeader("is 'Name: value'.");
    if (name.toLowerCase() === 'authorization')
      throw wrongHeader('does not set Authorization: that is what this command is for.');
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      throw wrongHeader(
        `${name} holds a character that no header can hold: a line break, or one beyond Latin-1.`,
      );
    headers.append(name, value);
  }
  return headers;
}

function wrongHeader(words: string): ConfigurationError {
  return new ConfigurationError({ option: '--header', message: `--header ${words}` });
}

function needOrigins(origins: readonly string[]): readonly string[] {
  if (origins.length > 0) return origins;
  const message =
    'Say where the token may go: --origin https://HOST, EVERBEARER_ORIGINS, or `origins` in the configuration.';
  throw new ConfigurationError({ option: 'origins', message });
}

function addressOf(url: string): URL {
  const address = URL.parse(url);
  const message =
    address?.username || address?.password
      ? 'The address must have no name and password in it: the request bears a token.'
      : 'The address must be whole: https://HOST/PATH.';
  if (address && /^https?:$/.test(address.protocol) && !address.username && !address.password) return address;
  throw new ConfigurationError({ option: 'url', message });
}

/** In capitals, since servers tell apart. */
function methodOf(given: string, hasBody: boolean): string {
  const method = given.toUpperCase();
  const fault = (message: string) => new ConfigurationError({ option: 'method', message });
  if (!/^[A-Z][A-Z-]{0,19}$/.test(method) || /^(CONNECT|TRACE|TRACK)$/.test(method))
    throw fault('The method must be one that fetch sends: GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS.');
  if (hasBody && /^(GET|HEAD)$/.test(method))
    throw fault(`${method} has no body. Leave --data out, or take POST, PUT or PATCH.`);
  return method;
}

/** Where it did not even come to an answer: what fetch throws says little by itself. */
function reached(error: unknown, { host }: URL): unknown {
  if (error instanceof AuthError || (error as { name?: string }).name === 'AbortError') return error;
  const code = networkCode(error);
  const message = `${host} did not answer (${code}). Check the address, the network and the proxy.`;
  return new AuthError({ code: 'network', message, cause: error });
}
