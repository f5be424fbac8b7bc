import { ConfigurationError, TokenEndpointError } from '@everbearer/core';
import { describe, expect, test } from 'vitest';
import { PROMPT } from '../../src/renewal/refusal-table.ts';
import { refusalError, refusedAgain } from '../../src/renewal/refused-again.ts';
import { refusalOf } from '../support/records.ts';

const NOW = 1_000_000;
const error = new TokenEndpointError({ code: 'invalid_client', status: 401, description: 'It expired.' });
const asking = new TokenEndpointError({ code: 'invalid_client', status: 401, retryAfterMs: 7_000 });
const now = { error, growth: PROMPT, leftMs: 0, now: NOW, random: 0 };

describe('how a refusal is kept', () => {
  test('the first one, in the words of the server', () => {
    expect(refusedAgain(undefined, now)).toEqual({
      code: 'invalid_client',
      status: 401,
      description: 'It expired.',
      failures: 1,
      notBefore: NOW + 500,
      pauseMs: 500,
      asked: undefined,
    });
  });

  test('after the pause of another: longer', () => {
    const before = refusalOf('consent_required', { failures: 3, notBefore: NOW });
    expect(refusedAgain(before, now)).toMatchObject({ code: 'invalid_client', failures: 4, pauseMs: 4_000 });
  });

  test('before that is over, since a new process or renew() asked: as it was, with the newest words', () => {
    const before = refusalOf('consent_required', { failures: 3, notBefore: NOW + 1 });
    const { failures, notBefore, pauseMs } = before;
    const early = refusedAgain(before, { ...now, leftMs: 1 });
    expect(early).toMatchObject({ code: 'invalid_client', failures, notBefore, pauseMs });
  });

  test('before that is over, where the server asks for a pause: that one', () => {
    const before = refusalOf('invalid_client', { failures: 3, notBefore: NOW + 1 });
    const kept = { failures: 4, notBefore: NOW + 7_000, pauseMs: 7_000, asked: true };
    expect(refusedAgain(before, { ...now, leftMs: 1, error: asking })).toMatchObject(kept);
  });

  test.each([
    ['no whole number', 401.5],
    ['no number at all', Number.NaN],
    ['below zero', -1],
  ])('a status that is %s is not kept: the record could not be read again', (_name, status) => {
    const odd = new TokenEndpointError({ code: 'x', status });
    expect(refusedAgain(undefined, { ...now, error: odd }).status).toBeUndefined();
  });

  test('a fault of the set-up, as any other', () => {
    const wrong = new ConfigurationError({ option: 'x', message: 'Set it.' });
    expect(refusedAgain(undefined, { ...now, error: wrong })).toMatchObject({ code: 'configuration' });
  });
});

test('told again, it says that nothing was sent, and when it is worth asking', () => {
  const told = refusalError(refusedAgain(undefined, now), 400);
  expect(told).toMatchObject({ code: 'invalid_client', status: 401, sent: false, retryAfterMs: 400 });
  expect(told.message).toContain('It expired.');
});
