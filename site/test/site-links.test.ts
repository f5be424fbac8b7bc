import { describe, expect, test } from 'vitest';
import { headingAnchor } from '../src/heading-anchor.ts';
import { navigationOf } from '../src/navigation.ts';
import { pageOf } from '../src/page-of.ts';
import { withSiteLinks } from '../src/site-links.ts';

test.each([
  ['docs/README.md', 'index.md'],
  ['docs/zh/README.md', 'zh/index.md'],
  ['docs/zh', 'zh/index.md'],
  ['docs/providers/google.md', 'providers/google.md'],
  ['docs/decisions', 'decisions/index.md'],
  ['packages/cli', 'packages/cli.md'],
  ['packages/cli/README.md', 'packages/cli.md'],
  ['packages/core/etc/core.adapter.api.md', 'reference/core.adapter.md'],
  ['packages/core/test/token.test.ts', 'source/packages/core/test/token.test.ts.md'],
  ['packages/real-servers/README.md', 'source/packages/real-servers/README.md.md'],
])('%s is shown at %s', (path, page) => expect(pageOf(path)).toBe(page));

describe('links are rewritten', () => {
  test.each([
    ['[a](../packages/cli#top)', 'docs/x.md', '[a](./packages/cli.md#top)', ['packages/cli']],
    ['[a](../README.md)', 'docs/zh/x.md', '[a](../index.md)', ['docs/README.md']],
    ['[a](../../docs/x.md)', 'packages/core/README.md', '[a](../x.md)', ['docs/x.md']],
    ['[a](#here) [b](https://x.example/a)', 'docs/x.md', '[a](#here) [b](https://x.example/a)', []],
    ['`[a](../b)` and ``[`](../c)``', 'docs/x.md', '`[a](../b)` and ``[`](../c)``', []],
    ['```ts\nf[a](../b);\n```', 'docs/x.md', '```ts\nf[a](../b);\n```', []],
    [
      '- x\n\n  ```sh\n  f[a](../b)\n  ```\n[a](y.md)',
      'docs/x.md',
      '- x\n\n  ```sh\n  f[a](../b)\n  ```\n[a](./y.md)',
      ['docs/y.md'],
    ],
  ])('%j of %s', (text, file, written, targets) => {
    expect(withSiteLinks(text, file)).toEqual({ text: written, targets });
  });
});

test('the side bar is the table of contents', () => {
  const page =
    '# T\n\nWords, [no item](z.md).\n\n## One\n\n- [A `b`](./a.md): words\n- [C](../c.md)\n\n## Two\n';
  expect(navigationOf(page, 'zh')).toEqual([
    {
      text: 'One',
      items: [
        { text: 'A b', link: '/zh/a' },
        { text: 'C', link: '/c' },
      ],
    },
    { text: 'Two', items: [] },
  ]);
});

test.each([
  [
    '401, "Access token is empty", `InvalidAuthenticationToken`',
    '401-access-token-is-empty-invalidauthenticationtoken',
  ],
  ['`AADSTS90094`、`AADSTS65001`：管理员同意', 'aadsts90094aadsts65001管理员同意'],
  ['What is done — without being asked', 'what-is-done--without-being-asked'],
])('%s has the anchor of code hosts', (heading, anchor) => expect(headingAnchor(heading)).toBe(anchor));
