/** One sample of the text format. */
export interface ExpositionSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?|NaN|[+-]Inf)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;

/**
 * Reads the text format as strictly as it is described: HELP and TYPE once, before the samples of their metric, which stand
 * together; no sample twice; a line break at the end.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function readExposition(text: string): ExpositionSample[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('no line break at the end');
  const samples: ExpositionSample[] = [];
  const seen = new Set<string>();
  let current = { help: '', type: '' };
  for (const line of text.split('\n').slice(0, -1)) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      if (seen.has(name)) throw new Error(`${name} twice`);
      seen.add(name);
      current = { help: name, type: '' };
    } else if (kind === 'TYPE') {
      if (current.help !== name || current.type !== '') throw new Error(`TYPE of ${name} out of place`);
      if (!['gauge', 'counter', 'histogram', 'summary', 'untyped'].includes(rest)) throw new Error(rest);
      current.type = name;
    } else {
      const sample = readSample(line);
      if (sample.name !== current.type) throw new Error(`${sample.name} out of place`);
      samples.push(sample);
    }
  }
  const keys = samples.map(({ name, labels }) => JSON.stringify([name, Object.entries(labels).sort()]));
  if (new Set(keys).size < keys.length) throw new Error('a sample twice');
  return samples;
}

function readSample(line: string): ExpositionSample {
  const [, name, inside = '', value] = SAMPLE.exec(line) ?? [];
  if (name === undefined) throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  for (let at = 0; at < inside.length; at = LABEL.lastIndex) {
    const [, label = '', quoted = ''] = LABEL.exec(inside) ?? [];
    if (label === '' || Object.hasOwn(labels, label)) throw new Error(`no labels: ${line}`);
    labels[label] = quoted.replace(/\\(.)/g, (_, each: string) => (each === 'n' ? '\n' : each));
  }
  return { name, labels, value: Number(value) };
}
