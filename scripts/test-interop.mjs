// Installs the packed packages into projects of their own, with plain npm: beside each version of the libraries that they work
// with, beside versions that they do not, in CommonJS projects, under each TypeScript, in jest, through bundlers and Next. Needs a build.
// Plain JavaScript, because it starts on any Node from 18 on.
//
//   npm run test:interop                 all of them; options are those of vitest
import { runApart } from './run-apart.mjs';

runApart({ purpose: 'interop', tests: 'test/interop' });
