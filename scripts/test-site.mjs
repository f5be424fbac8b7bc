// Builds the site of docs/ and looks at each page in a browser: links, accessibility, a phone, the search. Says first what it
// installs. All options are those of vitest.
import { runApart } from './run-apart.mjs';

if (process.platform !== 'linux') {
  console.error('test:site: the browser comes as a Debian package, so this runs on Linux alone.');
  process.exitCode = 1;
} else {
  runApart({ purpose: 'site', tests: 'site/test' });
}
