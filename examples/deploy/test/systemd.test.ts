import { spawnSync } from 'node:child_process';
import { chmodSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FOLDER, textOf } from './deploy-files.ts';

function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'deploy-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test('systemd takes the units', () => {
  const folder = temporaryDirectory();
  const program = join(folder, 'everbearer');
  writeFileSync(program, '#!/bin/sh\n');
  chmodSync(program, 0o755);
  mkdirSync(join(folder, 'units'));
  const names = globSync('systemd/everbearer-*', { cwd: FOLDER });
  for (const name of names) {
    const text = textOf(name).replaceAll('/usr/bin/everbearer', program);
    writeFileSync(join(folder, 'units', basename(name)), text);
  }
  expect(names).toHaveLength(3);
  const verify = () => {
    const units = names.map((name) => join(folder, 'units', basename(name)));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...units], {
      encoding: 'utf8',
    });
    return { status, said: stderr };
  };
  expect(verify()).toEqual({ status: 0, said: '' });
  writeFileSync(
    join(folder, 'units/everbearer-check.service'),
    '[Service]\nExecStart=everbearer\nStateDirectry=x\n',
  );
  expect(verify().said).toMatch(/StateDirectry/);
});
