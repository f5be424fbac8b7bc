/** What the published API of client authentication says of a member. */
interface Member {
  kind: 'text' | 'instant' | 'flag' | Members;
  required?: boolean;
}

type Members = Readonly<Record<string, Member>>;

/**
 * ExecCredential of `client.authentication.k8s.io/v1`, as kubectl decodes it strictly.
 * @see https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
 */
const EXEC_CREDENTIAL: Members = {
  apiVersion: { kind: 'text', required: true },
  kind: { kind: 'text', required: true },
  spec: { kind: { interactive: { kind: 'flag', required: true } } },
  status: {
    kind: {
      expirationTimestamp: { kind: 'instant' },
      token: { kind: 'text' },
      clientCertificateData: { kind: 'text' },
      clientKeyData: { kind: 'text' },
    },
    required: true,
  },
};

/** RFC 3339, as Kubernetes reads `metav1.Time`. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** What of it is not as published; empty where all is. */
export function execCredentialFaults(value: unknown): string[] {
  const faults = faultsOf(value, EXEC_CREDENTIAL, '');
  const { kind, status } = (value ?? {}) as { kind?: string; status?: Record<string, string> };
  if (kind !== 'ExecCredential') faults.push('kind');
  if (status && !status['token'] && !status['clientCertificateData'])
    faults.push('status holds no credential');
  return faults;
}

function faultsOf(value: unknown, members: Members, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} is no object`];
  const given = value as Record<string, unknown>;
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(members, name));
  const wrong = Object.entries(members).flatMap(([name, { kind, required }]) => {
    const at = `${path}/${name}`;
    const each = given[name];
    if (each === undefined) return required ? [`${at} is missing`] : [];
    if (typeof kind === 'object') return faultsOf(each, kind, at);
    const isRight =
      kind === 'flag'
        ? typeof each === 'boolean'
        : typeof each === 'string' && (kind !== 'instant' || INSTANT.test(each));
    return isRight ? [] : [`${at} is no ${kind}`];
  });
  return [...unknown.map((name) => `${path}/${name} is unknown`), ...wrong];
}
