/** Parameters of a request by name. A list is sent as the parameter several times (`resource`, RFC 8707). */
export type RequestParameters = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The parameters as a form; of a name that comes in several sets, the last set counts. */
export function formOf(...sets: readonly RequestParameters[]): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(Object.assign({}, ...sets) as RequestParameters)) {
    for (const each of typeof value === 'string' ? [value] : (value ?? [])) form.append(name, each);
  }
  return form;
}

/** The same as JSON: what is there several times is a list. */
export function jsonOf(form: URLSearchParams): string {
  const names = [...new Set(form.keys())];
  const members = names.map((name) => {
    const values = form.getAll(name);
    return [name, values.length > 1 ? values : values[0]] as const;
  });
  return JSON.stringify(Object.fromEntries(members));
}
