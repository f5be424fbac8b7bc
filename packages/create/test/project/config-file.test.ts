import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configFile } from '../../src/project/config-file.ts';
import { temporaryFolder } from '../support/run.ts';

/** everbearer.config.ts of a new project beside a .env, run by Node, without the rights of root. */
function runConfig(dotenv: string, mode = 0o644) {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  const config = configFile({ api: 'other', program: 'job', tokens: 'file' });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'everbearer.config.ts'), config);
  writeFileSync(join(folder, '.env'), dotenv);
  chmodSync(join(folder, '.env'), mode);
  const code =
    "import('./everbearer.config.ts').then(({ default: { provider } }) => console.log(JSON.stringify(provider)))";
  const env = { CLIENT_ID: 'from-outside' };
  const nobody = process.getuid?.() === 0 && { uid: 65_534, gid: 65_534 };
  return spawnSync(process.execPath, ['-e', code], { cwd: folder, env, encoding: 'utf8', ...nobody });
}

test('lines of .env with CRLF and quotes, scopes with spaces to spare; the environment stands over it', () => {
  const { stdout, stderr } = runConfig(
    'CLIENT_ID="inside"\r\nISSUER=\'https://login.example.com\'\r\nSCOPES=" openid  api.read "\r\n',
  );
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    kind: 'oauth2',
    issuer: 'https://login.example.com',
    clientId: 'from-outside',
    scopes: ['openid', 'api.read'],
  });
  expect(JSON.parse(runConfig('SCOPES=" "').stdout).scopes).toEqual(['openid', 'offline_access']);
});

test('a .env that may not be read is said to be that, and not to be missing', () => {
  const { status, stderr } = runConfig('CLIENT_ID=inside', 0o000);
  expect(status).toBe(1);
  expect(stderr).toMatch(/EACCES: permission denied, .*\.env/);
  expect(stderr).not.toContain('ENOENT');
});
