import { ConfigurationError } from '@everbearer/core';
import { describe, expect, test } from 'vitest';
import { type TimelinePageOptions, timelinePage } from '../../src/timeline/timeline-page.ts';
import type { TraceRecord } from '../../src/timeline/trace-record.ts';
import { storyRecords } from '../support/story-records.ts';

/* What the page is made of. How it looks is looked at in a browser: test/page. */

const page = timelinePage(storyRecords());

test('it may load nothing, and run its own script alone', () => {
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  expect(policy).toMatch(
    /^default-src 'none'; script-src 'sha256-[\w+/=]{44}'; style-src 'sha256-[\w+/=]{44}'; base-uri/,
  );
  expect(policy).not.toContain('unsafe');
  expect(page).not.toMatch(/<(link|img|iframe|object|embed|base|form)\b|\bsrc=|@import|url\((?!#)/);
  expect(page).not.toMatch(/\sstyle=|\son\w+=/);
});

test('it is the same for the same records, and names no moment of its making', () => {
  expect(timelinePage(storyRecords())).toBe(page);
});

test('nothing has happened: it says so', () => {
  expect(timelinePage([])).toContain('Nothing has happened yet.');
});

test('a text of a record cannot end an element, an attribute or a script', () => {
  const evil = `</script><b a="'&`;
  const records: TraceRecord[] = [{ at: 0, pid: 1, kind: 'process_started', name: evil }];
  const html = timelinePage(records, { title: evil, intro: evil });
  expect(html).not.toContain('</script><b');
  expect(html.split('</script>')).toHaveLength(3);
  expect(html).toContain('&lt;/script&gt;&lt;b a=&quot;&#39;&amp;');
});

test('a trace of a whole night is a page, and long texts do not fill it', () => {
  const records: TraceRecord[] = Array.from({ length: 130_000 }, (_, index) => ({
    at: index,
    pid: 1,
    kind: 'event',
    type: 'lease_waited',
    durationMs: index % 90,
    detail: index === 0 ? 'x'.repeat(100_000) : 'why',
  }));
  const html = timelinePage(records);
  expect(html).toContain('<dd>130\u202f000</dd><dt>waits, 89 ms at most</dt>');
  expect(html).not.toContain('x'.repeat(1_000));
  // A browser has no trouble with it: what lies together is one sign, which says how many it stands for.
  expect(html.match(/data-mark=/g)?.length).toBeLessThan(2_000);
  expect(html).toMatch(/8[67] times within \d+ ms: waited for another/);
});

test('a process that was started again and again says how often, not each number', () => {
  const records = Array.from({ length: 50 }, (_, index): TraceRecord[] => [
    { at: 10 * index, pid: 100 + index, kind: 'process_started', name: 'A' },
    { at: 10 * index + 5, pid: 100 + index, kind: 'process_ended', exitStatus: 1 },
  ]);
  expect(timelinePage(records.flat())).toContain('process 149, after 49 others');
});

describe('what is no trace is refused, with the place', () => {
  const wrong: [string, unknown, string][] = [
    ['no list', { at: 1 }, '`records` is not a list'],
    ['no object', [null], '`records[0]` is not an object'],
    ['no kind', [{ at: 1, pid: 1, kind: 'toString' }], '`records[0]` has an unknown kind'],
    ['a moment that is none', [{ at: Number.NaN, pid: 1, kind: 'note', text: '' }], '`at`'],
    ['a moment that no calendar has', [{ at: 1e300, pid: 1, kind: 'note', text: '' }], '`at`'],
    ['no process', [{ at: 1, kind: 'note', text: '' }], '`pid`'],
    ['a text that is none', [{ at: 1, pid: 1, kind: 'note', text: {} }], 'needs `text`'],
    ['an optional text that is none', [{ at: 1, pid: 1, kind: 'event', type: 'x', detail: {} }], '`detail`'],
    ['a length that is none', [{ at: 1, pid: 1, kind: 'event', type: 'x', durationMs: -5 }], '`durationMs`'],
    [
      'a status that is none',
      [{ at: 1, pid: 1, kind: 'request', id: '', method: '', url: '', status: '<' }],
      '`status`',
    ],
  ];

  test.each(wrong)('%s', (_, records, says) => {
    expect(() => timelinePage(records as TraceRecord[])).toThrow(says);
    expect(() => timelinePage(records as TraceRecord[])).toThrow(ConfigurationError);
  });

  test.each([
    [{ titel: 'x' }, 'Did you mean `title`?'],
    [{ title: 5 }, '`title` must be a text'],
    [{ lanes: 'pid' }, '`lanes` must be process or account'],
  ])('options %j', (options, says) => {
    expect(() => timelinePage([], options as TimelinePageOptions)).toThrow(says);
  });
});
