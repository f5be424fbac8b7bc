// Looks at the page of a timeline in a browser, and compares what it sees with stored pictures. Says first what it installs.
//
//   npm run test:page                    all options are those of vitest
//   npm run test:page -- --update        takes the pictures anew: look at them before they are committed
import { runApart } from './run-apart.mjs';

if (process.platform !== 'linux') {
  console.error('test:page: the browser and its fonts come as Debian packages, so this runs on Linux alone.');
  process.exitCode = 1;
} else {
  const env = process.argv.includes('--update') ? { EVERBEARER_PICTURES: 'update' } : {};
  runApart({ purpose: 'page', tests: 'packages/cli/test/page', env });
}
