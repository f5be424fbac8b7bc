#!/usr/bin/env node
// Nothing is imported before the version is known: an older Node would fail on what it lacks, and not say so.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  void import('./program/run-process.ts').then(({ runProcess }) => runProcess());
} else {
  console.error(
    `create-everbearer: Node 22.18 or later is needed, and this is ${process.versions.node}. Install a newer one: https://nodejs.org/en/download`,
  );
  process.exitCode = 1;
}
