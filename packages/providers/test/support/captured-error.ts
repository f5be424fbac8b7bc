import { inspect } from 'node:util';
import { TokenEndpointError } from '@everbearer/core';
import { SignInError } from '@everbearer/providers/sign-in';
import { expect } from 'vitest';

/** The error a promise rejects with. */
export async function captured(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('It was to fail, and did not.');
}

/** The TokenEndpointError a promise rejects with; none of `secrets` may show in it, however it is printed. */
export async function refusal(work: Promise<unknown>, ...secrets: string[]): Promise<TokenEndpointError> {
  const error = await captured(work);
  expect(error).toBeInstanceOf(TokenEndpointError);
  expectNoSecret(error, ...secrets);
  return error as TokenEndpointError;
}

/** The SignInError a promise rejects with; none of `secrets` may show in it, however it is printed. */
export async function signInRefusal(work: Promise<unknown>, ...secrets: string[]): Promise<SignInError> {
  const error = await captured(work);
  expect(error).toBeInstanceOf(SignInError);
  expectNoSecret(error, ...secrets);
  return error as SignInError;
}

export function expectNoSecret(error: unknown, ...secrets: string[]): void {
  const seen = [
    inspect(error, { depth: 20, showHidden: true, getters: true }),
    JSON.stringify(error),
    String(error),
    JSON.stringify(error, Object.getOwnPropertyNames(error)),
  ].join('\n');
  for (const secret of secrets) expect(seen).not.toContain(secret);
}
