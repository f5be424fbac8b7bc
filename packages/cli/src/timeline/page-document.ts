import { createHash } from 'node:crypto';
import { escaped } from './escaped.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';

interface PageParts {
  title: string;
  intro: string | undefined;
  /** HTML. */
  body: string;
  /** Whether its script asks for news where it came from. */
  isLive: boolean;
}

const LOGO =
  '<svg class="logo" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true"><path class="berry" d="M16 29.5C9 27 4.5 19.5 5.5 13.6 6.2 9.6 11 8 16 11c5-3 9.8-1.4 10.5 2.6C27.5 19.5 23 27 16 29.5Z"/><path class="leaf" d="M16 12.5C12.5 12.3 9 10.5 7 7.5c3.2-1 5.6-.6 7.3.5C14.2 5.5 15.2 3.5 17.5 2c.9 2.2.9 4.2.2 6 1.7-1.1 4.1-1.5 7.3-.5-2 3-5.5 4.8-9 5Z"/><path class="seed" d="M11.5 16v1.500M16 17.500V19M20.5 16v1.500M13.5 21.500V23M18.5 21.500V23"/></svg>';

/** What the page may do: run its own script, have its own style, and ask for news where it is served live. */
export function pagePolicy(isLive: boolean): string {
  return [
    "default-src 'none'",
    `script-src '${fingerprint(PAGE_SCRIPT)}'`,
    `style-src '${fingerprint(PAGE_STYLE)}'`,
    ...(isLive ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** The whole document. */
export function pageDocument({ title, intro, body, isLive }: PageParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${pagePolicy(isLive)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)} - Everbearer</title>
<style>${PAGE_STYLE}</style>
</head>
<body${isLive ? ' data-live="yes"' : ''}>
<header class="page-head">
<div class="brand">${LOGO}<span>everbearer</span></div>
<h1>${escaped(title)}</h1>
${intro === undefined ? '' : `<p class="intro">${escaped(intro)}</p>`}
</header>
<main id="main">
${body}
</main>
<div id="tip" role="status" hidden></div>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function fingerprint(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
