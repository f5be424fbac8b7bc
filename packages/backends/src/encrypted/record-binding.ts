/** What a seal is bound to: parts of its protected header, compared after opening. */
export interface RecordBinding {
  /** Layout of this header and of what it covers. */
  v: 1;
  /** Hash of the key that the record is stored under, base64url. */
  acct: string;
  /** The option `store`; missing where it was left out. */
  store?: string;
}

export async function bindingFor(key: string, store: string): Promise<RecordBinding> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`everbearer\n${key}`));
  const acct = btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
  return { v: 1, acct, ...(store !== '' && { store }) };
}
