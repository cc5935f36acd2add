/** One line of a value. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ParsedMetrics {
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;

/**
 * Reads the text format of Prometheus, version 0.0.4, strictly.
 * @throws Error for a line that is none, a name declared twice, a value of a family that was not declared, and one told twice
 */
export function parsePrometheus(text: string): ParsedMetrics {
  if (!text.endsWith('\n')) throw new Error('The last line does not end.');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('# HELP '));
  const types = readTypes(lines.filter((line) => line.startsWith('# TYPE ')));
  const samples = lines.filter((line) => !line.startsWith('#')).map(readSample);
  const keys = samples.map(({ name, labels }) => `${name} ${JSON.stringify(Object.entries(labels).sort())}`);
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  if (twice !== undefined) throw new Error(`${twice} is told twice.`);
  const unknown = samples.find(({ name }) => !types.has(name) && !types.has(name.replace(/_(bucket|sum|count)$/, '')));
  if (unknown !== undefined) throw new Error(`${unknown.name} is not declared.`);
  return { types, samples };
}

function readTypes(lines: readonly string[]): Map<string, string> {
  const types = new Map<string, string>();
  for (const line of lines) {
    const [, , name = '', type = ''] = line.split(' ');
    if (types.has(name)) throw new Error(`${name} is declared twice.`);
    if (!['counter', 'gauge', 'histogram', 'summary', 'untyped'].includes(type)) throw new Error(`${name} is of the type ${type}.`);
    types.set(name, type);
  }
  return types;
}

function readSample(line: string): Sample {
  const [, name = '', labels = '', value = ''] = LINE.exec(line) ?? [];
  if (name === '') throw new Error(`This is no sample: ${line}`);
  const number = value === '+Inf' ? Number.POSITIVE_INFINITY : value === '-Inf' ? Number.NEGATIVE_INFINITY : Number(value);
  if (Number.isNaN(number) && !/^nan$/i.test(value)) throw new Error(`This is no number: ${line}`);
  return { name, labels: readLabels(labels), value: number };
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const match = LABEL.exec(text);
    if (match?.[1] === undefined || match[2] === undefined) throw new Error(`These are no labels: ${text}`);
    labels[match[1]] = match[2].replace(/\\(["\\n])/g, (_whole, char: string) => (char === 'n' ? '\n' : char));
  }
  return labels;
}

/** The sum of a family's values under the labels given. */
export function sumOf({ samples }: ParsedMetrics, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const wanted = Object.entries(labels);
  return samples
    .filter((sample) => sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value))
    .reduce((total, { value }) => total + value, 0);
}
