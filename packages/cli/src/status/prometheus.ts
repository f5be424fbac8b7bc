import type { TokenStatus } from '@everbearer/core';
import type { AccountReport } from './account-report.ts';

interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

interface Metric {
  name: string;
  help: string;
  type: 'gauge' | 'counter';
  samples(report: AccountReport): readonly (Omit<Sample, 'labels'> & { labels?: Sample['labels'] })[];
}

const STATES: readonly TokenStatus['state'][] = [
  'unknown',
  'valid',
  'expiring',
  'expired',
  'reauthorization_required',
  'signed_out',
];

/** An instant or a number of an account, where there is one. */
const one = (value: number | undefined) => (value === undefined ? [] : [{ value }]);
const seconds = (instant: number | undefined) => one(instant === undefined ? undefined : instant / 1_000);

/** Base units, and instants as seconds since 1970: their age is for the query to tell. */
const METRICS: readonly Metric[] = [
  {
    name: 'everbearer_account_status',
    help: 'Where the account stands: 0 good, 1 warning, 2 a person must sign in, 3 cannot be told.',
    type: 'gauge',
    samples: ({ exit }) => one(exit),
  },
  {
    name: 'everbearer_account_state',
    help: 'State of the default token: 1 for the one that holds, 0 for the others.',
    type: 'gauge',
    samples: ({ status }) =>
      status ? STATES.map((state) => ({ labels: { state }, value: state === status.state ? 1 : 0 })) : [],
  },
  {
    name: 'everbearer_access_token_expiry_timestamp_seconds',
    help: 'When the default access token ends.',
    type: 'gauge',
    samples: ({ status }) => seconds(status?.accessTokenExpiresAt),
  },
  {
    name: 'everbearer_refresh_token_received_timestamp_seconds',
    help: 'When the present refresh token was received.',
    type: 'gauge',
    samples: ({ status }) => seconds(status?.session?.issuedAt),
  },
  {
    name: 'everbearer_refresh_token_used_timestamp_seconds',
    help: 'When the present refresh token was last used or received.',
    type: 'gauge',
    samples: ({ status }) => seconds(status?.session?.lastUsedAt),
  },
  {
    name: 'everbearer_refresh_token_expiry_timestamp_seconds',
    help: 'When the present refresh token ends, where that is known.',
    type: 'gauge',
    samples: ({ status }) => seconds(status?.session?.expiresAt),
  },
  {
    name: 'everbearer_renewals_total',
    help: 'Renewals of the present sign-in.',
    type: 'counter',
    samples: ({ status }) => one(status?.renewals),
  },
  {
    name: 'everbearer_last_failure_timestamp_seconds',
    help: 'When the last renewal failed, with the cause as code. Missing while the last renewal succeeded.',
    type: 'gauge',
    samples: ({ status }) => {
      const { lastFailure } = status ?? {};
      return lastFailure ? [{ labels: { code: lastFailure.code }, value: lastFailure.at / 1_000 }] : [];
    },
  },
  {
    name: 'everbearer_live_check_success',
    help: 'Whether the API took the token in a real call: 1, or 0.',
    type: 'gauge',
    samples: ({ live }) => one(live && (live.exit === 0 ? 1 : 0)),
  },
  {
    name: 'everbearer_live_check_http_status_code',
    help: 'What the API answered in a real call.',
    type: 'gauge',
    samples: ({ live }) => one(live?.httpStatus),
  },
  {
    name: 'everbearer_live_check_duration_seconds',
    help: 'How long that call took.',
    type: 'gauge',
    samples: ({ live }) => one(live && live.durationMs / 1_000),
  },
];

/**
 * The text format, which node_exporter's textfile collector reads too: no timestamps.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function prometheusText(reports: readonly AccountReport[]): string {
  return METRICS.map((metric) => metricText(metric, reports)).join('');
}

function metricText({ name, help, type, samples }: Metric, reports: readonly AccountReport[]): string {
  const lines = reports.flatMap((report) =>
    samples(report).map(({ labels, value }) =>
      sampleLine(name, { labels: { account: report.account, ...labels }, value }),
    ),
  );
  return lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function sampleLine(name: string, { labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}{${pairs.join(',')}} ${value}\n`;
}

/** Of a label's value: the format has these three. */
function escaped(text: string): string {
  return text.toWellFormed().replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
