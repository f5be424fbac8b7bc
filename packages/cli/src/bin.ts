#!/usr/bin/env node
// Nothing is imported before the version is known: an older Node would fail on what it lacks, and not say so.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  process.getBuiltinModule('node:module').enableCompileCache();
  void import('./quick.ts').then(({ start }) => start());
} else {
  console.error(
    `everbearer: Node 22.18 or later is needed, and this is ${process.versions.node}. Install a newer one: https://nodejs.org/en/download`,
  );
  process.exitCode = 3;
}
