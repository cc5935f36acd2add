import { MOST_CHOICES } from '../domain/choices.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { Pricing } from '../domain/ledger.ts';
import { nameAtProvider } from '../domain/model.ts';
import { priceOfModel } from '../domain/price.ts';
import type { PluginChoice, RunSpec } from '../domain/run.ts';
import type { ModelHandle, PluginKind } from '../ports/plugin.ts';
import { checkForRun } from './check-estimator.ts';
import { checkTiers, chooseTiers } from './choose-tiers.ts';
import { checkQuestion } from './ingest.ts';
import type { Registry } from './registry.ts';
import { searchesByVectors } from './retrieve-step.ts';
import type { RunRequest, Selected } from './run-request.ts';
import type { EngineDeps } from './session.ts';

/** `embeds`: vectors will be there when the run is, though they are not opened yet. */
export type SpecifyDeps = Pick<EngineDeps, 'registry' | 'models' | 'pricing' | 'vectors'> & { readonly embeds?: boolean };

/**
 * Freezes everything a run will use, and refuses before the first call what could not end well: an unknown plugin, a model
 * without the needed capability, a question that does not fit, a limit that cannot hold.
 */
export async function specify(request: RunRequest, deps: SpecifyDeps): Promise<RunSpec> {
  const { question, choices, tenant, corpusId, gather, seed, limits, plugins, priority } = request;
  const choose = (kind: PluginKind) => chooseWithModel(kind, plugins[kind], deps);
  const scorer = request.scorer === null ? undefined : await deps.models.open(request.scorer);
  if (scorer !== undefined) requireCapability(scorer, 'score-continuation', 'scorer');
  const spec: RunSpec = {
    question,
    ...(choices === undefined ? {} : { choices: checkChoices(choices) }),
    tenant,
    corpusId,
    ...(gather === undefined ? {} : { gather }),
    seed,
    limits,
    ...(priority === undefined ? {} : { priority }),
    strategy: await choose('strategy'),
    planner: await choose('planner'),
    retriever: await choose('retriever'),
    ...(await chooseTiers(request, { registry: deps.registry, choose: (selected) => chooseWithModel('compressor', selected, deps) })),
    estimator: await choose('estimator'),
    gate: await choose('gate'),
    predictor: await choose('predictor'),
    ...(scorer === undefined ? {} : { scorer: scorer.model.identity }),
  };
  const price = spec.predictor.model === undefined ? undefined : priceOfModel(spec.predictor.model, deps.pricing.table);
  requireVectors(spec, deps);
  checkTiers(spec, deps.registry);
  checkForRun(spec.estimator.id, deps.registry.create('estimator', spec.estimator, undefined));
  for (const reader of await readersOf(request, deps)) await checkQuestion(question, reader);
  if (limits.microUsd !== undefined && !request.allowUnpriced) refuseUnpriced(spec, deps.pricing);
  return price === undefined ? spec : { ...spec, predictorTokenUsd: price.inputUsdPerToken };
}

function checkChoices(choices: readonly string[]): readonly string[] {
  if (choices.length >= 2 && choices.length <= MOST_CHOICES) return choices;
  throw new IsthmusError('invalid-input', `Expected 2 to ${MOST_CHOICES} options of a multiple choice, but got ${choices.length}.`);
}

/** The models whose contexts bound the chunks: who reads them to compress, and who reads them to score. */
export async function readersOf(
  { plugins, scorer, cascade = [] }: Pick<RunRequest, 'plugins' | 'scorer' | 'cascade'>,
  { models }: Pick<EngineDeps, 'models'>,
): Promise<ModelHandle[]> {
  const readers = [plugins.compressor, ...cascade].map(({ model }) => model);
  const names = [...readers, scorer].filter((name) => name !== undefined && name !== null);
  return Promise.all([...new Set(names)].map((name) => models.open(name)));
}

interface Chosen {
  readonly kind: PluginKind;
  readonly handle: ModelHandle | undefined;
  readonly choice: PluginChoice;
}

/** What the configuration selects is the same object for every job, and is parsed once: 6% of the time of taking a job in. */
const CHOSEN = new WeakMap<Registry, WeakMap<Selected, Chosen>>();

async function chooseWithModel(
  kind: PluginKind,
  selected: Selected,
  { registry, models }: { registry: Registry; models: EngineDeps['models'] },
): Promise<PluginChoice> {
  const handle = selected.model === undefined ? undefined : await models.open(selected.model);
  const chosen = CHOSEN.get(registry) ?? new WeakMap<Selected, Chosen>();
  const known = chosen.get(selected);
  if (known !== undefined && known.kind === kind && known.handle === handle) return known.choice;
  const choice = chooseAfresh(kind, selected, { registry, handle });
  CHOSEN.set(registry, chosen.set(selected, { kind, handle, choice }));
  return choice;
}

function chooseAfresh(
  kind: PluginKind,
  selected: Selected,
  { registry, handle }: { registry: Registry; handle: ModelHandle | undefined },
): PluginChoice {
  const plugin = registry.find(kind, selected.use);
  if (handle === undefined) {
    // What an estimator requires, it requires of the scorer, and a retriever of the embedding model.
    if (plugin.requires.length > 0 && kind !== 'estimator' && kind !== 'retriever')
      throw new IsthmusError(
        'invalid-input',
        `Expected a model for ${kind} "${plugin.id}": write ${plugin.id}@<model>, or set it in the configuration.`,
      );
    return registry.choose(kind, selected.use, selected.options);
  }
  for (const capability of plugin.requires) requireCapability(handle, capability, `${kind} "${plugin.id}"`);
  const choice = registry.choose(kind, selected.use, selected.options, handle.model.identity);
  // Made once here, so that a plugin that refuses its model does so before the first job.
  if (kind === 'planner' || kind === 'compressor' || kind === 'predictor') registry.create(kind, choice, handle);
  return choice;
}

function requireVectors({ retriever }: RunSpec, { registry, vectors, embeds = false }: SpecifyDeps): void {
  if (vectors !== undefined || embeds || !searchesByVectors(retriever, registry)) return;
  throw new IsthmusError(
    'invalid-input',
    `The retriever "${retriever.id}" searches by an embedding model, and none is configured. Set \`embedding\` in the configuration (provider: llama with path, or provider: openai with model), or choose the retriever bm25.`,
  );
}

export function requireCapability({ model }: ModelHandle, capability: ModelHandle['model']['capabilities'][number], user: string): void {
  if (model.capabilities.includes(capability)) return;
  throw new IsthmusError(
    'capability-missing',
    `The ${user} needs a model that can ${capability}, but ${model.identity.name} can only ${model.capabilities.join(', ')}.`,
  );
}

function refuseUnpriced(spec: RunSpec, pricing: Pricing): void {
  for (const { model } of [spec.planner, spec.compressor, ...(spec.cascade ?? []), spec.predictor]) {
    if (model?.provider !== 'openai' || priceOfModel(model, pricing.table) !== undefined) continue;
    const name = nameAtProvider(model);
    throw new IsthmusError(
      'unpriced',
      `A limit in USD cannot hold for ${name}: ${pricing.table.source} has no price for it. Name a price file in the configuration (prices: …), or allow it with --allow-unpriced.`,
    );
  }
}
