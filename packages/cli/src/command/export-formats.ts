import { SECRET_VARIABLES } from '../config/overrides.ts';

interface Labels {
  account: string;
  name: string | undefined;
}

/** How a seed is written for whoever takes it. */
export const EXPORTS: Readonly<Record<string, (seed: string, labels: Labels) => string>> = {
  'k8s-secret': k8sSecret,
  // A JSON seed has characters that a shell reads as its own; its base64 has none.
  env: (seed) => `${SECRET_VARIABLES.refreshToken}=${/^[\w.~+/=-]+$/.test(seed) ? seed : base64(seed)}\n`,
};

/**
 * A Secret as JSON, which `kubectl apply -f -` takes as it takes YAML. Mounted, its file `refresh-token` is a seed.
 * @see https://kubernetes.io/docs/concepts/configuration/secret/
 */
function k8sSecret(seed: string, { account, name = `everbearer-${labelOf(account)}` }: Labels): string {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    type: 'Opaque',
    data: { 'refresh-token': base64(seed) },
  };
  return `${JSON.stringify(secret, null, 2)}\n`;
}

/** As Kubernetes names things: RFC 1123, small letters, digits and hyphens. */
function labelOf(account: string): string {
  return (
    account
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 200)
      .replace(/^-+|-+$/g, '') || 'account'
  );
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
