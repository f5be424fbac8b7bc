// Runs the work of `npm run bench:peers` in its shortest form, so that a new version of a library, or of ours, does not break it
// unseen. Says first what it installs, and installs it. Plain JavaScript, because it starts on any Node from 18 on.
//
//   npm run test:peers
import { runApart } from './run-apart.mjs';

runApart({ purpose: 'peers', tests: 'bench/peers' });
