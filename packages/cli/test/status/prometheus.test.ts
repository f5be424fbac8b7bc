import { expect, test } from 'vitest';
import { prometheusText } from '../../src/status/prometheus.ts';
import { LIVE, NOW, reportOf } from '../support/account-reports.ts';
import { readExposition } from '../support/exposition-text.ts';

test('every figure of an account, in base units', () => {
  const lastFailure = { code: 'invalid_client', at: NOW };
  const samples = readExposition(prometheusText([reportOf({ live: LIVE, exit: 1 }, { lastFailure })]));
  const figures = Object.fromEntries(
    samples
      .filter(({ value, labels }) => !labels['state'] || value === 1)
      .map(({ name, labels, value }) => [
        [name, labels['state'] ?? labels['code']].filter(Boolean).join(' '),
        value,
      ]),
  );
  expect(figures).toEqual({
    everbearer_account_status: 1,
    'everbearer_account_state valid': 1,
    everbearer_access_token_expiry_timestamp_seconds: 1_800_001_800,
    everbearer_refresh_token_received_timestamp_seconds: 1_797_408_000,
    everbearer_refresh_token_used_timestamp_seconds: 1_799_998_200,
    everbearer_refresh_token_expiry_timestamp_seconds: 1_805_184_000,
    everbearer_renewals_total: 42,
    'everbearer_last_failure_timestamp_seconds invalid_client': 1_800_000_000,
    everbearer_live_check_success: 1,
    everbearer_live_check_http_status_code: 200,
    everbearer_live_check_duration_seconds: 0.123,
  });
});

test('names of accounts are escaped, and stand apart', () => {
  const names = ['a"b', 'a\\', 'a\nb', 'a\\nb', '{x="y"}', '東京', ''];
  const text = prometheusText(names.map((account) => reportOf({ account })));
  const told = readExposition(text).filter(({ name }) => name === 'everbearer_account_status');
  expect(told.map(({ labels }) => labels['account'])).toEqual(names);
});

test('what cannot be told has its status and nothing else', () => {
  const samples = readExposition(prometheusText([{ account: 'a', exit: 3, why: [], status: undefined }]));
  expect(samples).toEqual([{ name: 'everbearer_account_status', labels: { account: 'a' }, value: 3 }]);
});

test('the state that holds is one of those that are told', () => {
  for (const state of [
    'unknown',
    'valid',
    'expiring',
    'expired',
    'reauthorization_required',
    'signed_out',
  ] as const) {
    const told = readExposition(prometheusText([reportOf({}, { state })])).filter(
      ({ value, labels }) => labels['state'] && value === 1,
    );
    expect(told).toMatchObject([{ labels: { state } }]);
  }
});

test('the reader of these tests refuses what is not the format', () => {
  for (const text of [
    'a 1',
    '# TYPE a gauge\na 1\n',
    '# HELP a b\n# TYPE a gauge\na{x="\n"} 1\n',
    '# HELP a b\n# TYPE a gauge\na 1\na 2\n',
    '# HELP a b\n# TYPE a gauge\na{x="\\q"} 1\n',
  ])
    expect(() => readExposition(text), text).toThrow();
});
