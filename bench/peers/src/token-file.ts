import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Login, Tokens } from './peer.ts';

/** What the file holds; what the person signed in with when there is none. */
export async function readTokens({ file, tokens }: Login): Promise<Tokens> {
  const text = file && (await textOf(file));
  return text ? (JSON.parse(text) as Tokens) : tokens;
}

/** Nobody reads half a file. */
export async function writeTokens({ file }: Login, tokens: Tokens): Promise<void> {
  if (file) await replaceFile(file, JSON.stringify(tokens));
}

export async function textOf(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch(() => undefined);
}

export async function replaceFile(file: string, text: string): Promise<void> {
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, text, { mode: 0o600 });
  await rename(fresh, file);
}
