import { tierAfter } from '../domain/cascade.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { PluginChoice, RunSpec } from '../domain/run.ts';
import type { Registry } from './registry.ts';
import type { RunRequest, Selected } from './run-request.ts';
import { atSentences } from './sentence-levels.ts';

/** The run's compressor at its first length, and everything that a gate may ask for after it, in order. */
export async function chooseTiers(
  { plugins: { compressor }, grow = [], cascade = [] }: RunRequest,
  { registry, choose }: { readonly registry: Registry; readonly choose: (selected: Selected) => Promise<PluginChoice> },
): Promise<Pick<RunSpec, 'compressor' | 'cascade'>> {
  if (grow.some((sentences, i) => sentences <= (grow[i - 1] ?? 0)))
    throw new IsthmusError('invalid-input', `Expected lengths that grow, such as 3, 6, 9 sentences, but got ${grow.join(', ')}.`);
  const lengths = grow.length === 0 ? [compressor] : grow.map((sentences) => atLength(compressor, sentences, registry));
  const [first, ...rest] = await Promise.all([...lengths, ...cascade].map(choose));
  if (first === undefined) throw new IsthmusError('internal', 'A run has no compressor.');
  return rest.length === 0 ? { compressor: first } : { compressor: first, cascade: rest };
}

function atLength(compressor: Selected, sentences: number, registry: Registry): Selected {
  const plugin = registry.find('compressor', compressor.use);
  const options = atSentences(plugin, compressor.options, sentences);
  if (options !== undefined) return { ...compressor, options };
  const able = registry.list('compressor').filter((other) => atSentences(other, {}, 1) !== undefined);
  const names = able.map(({ id }) => id).join(', ');
  const message = `Expected a compressor that counts sentences (${names}) to grow from one length to the next, but got "${plugin.id}".`;
  throw new IsthmusError('invalid-input', message);
}

/**
 * A cascade that nobody would ever ask for is a mistake, and is said before anything is spent.
 * @throws IsthmusError `invalid-input`
 */
export function checkTiers(spec: RunSpec, registry: Registry): void {
  const { cascade = [] } = spec;
  if (cascade.length === 0) return;
  const gate = registry.create('gate', spec.gate, undefined);
  const estimator = registry.create('estimator', spec.estimator, undefined);
  const { cascades = false } = registry.create('strategy', spec.strategy, { estimator, gate });
  if (!cascades)
    throw refusal(`the strategy "${spec.strategy.id}" gives each chunk to one compressor only`, 'Choose the strategy map-reduce.');
  for (const [tier, { id }] of cascade.entries()) {
    const kind = tierAfter(spec, tier);
    if (kind === undefined || gate.asksFor?.includes(kind)) continue;
    const able = registry.list('gate').filter((other) => asks(registry, other.id, kind));
    const names = able.map((other) => other.id).join(', ');
    throw refusal(`the gate "${spec.gate.id}" never asks for a ${kind} one, as "${id}" is`, `Choose one of the gates that do: ${names}.`);
  }
  if (cascade.some((_, tier) => tierAfter(spec, tier) === 'longer') && spec.scorer === undefined)
    throw refusal(
      'a summary grows by the bits that it gains, and there is no scorer',
      'Name one with --scorer, or `scorer` in the configuration.',
    );
}

function asks(registry: Registry, id: string, kind: NonNullable<ReturnType<typeof tierAfter>>): boolean {
  return registry.create('gate', registry.choose('gate', id, {}), undefined).asksFor?.includes(kind) ?? false;
}

function refusal(what: string, remedy: string): IsthmusError {
  return new IsthmusError('invalid-input', `The run names further compressors for the same chunk, but ${what}. ${remedy}`);
}
