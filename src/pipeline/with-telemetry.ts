import { type ModelIdentity, nameAtProvider } from '../domain/model.ts';
import type { Usage } from '../domain/usage.ts';
import type { EmbeddingModel } from '../ports/embedding-model.ts';
import type { GenerateResult, LanguageModel } from '../ports/language-model.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import type { Attributes, Span, Telemetry } from '../ports/telemetry.ts';
import { ATTRIBUTE, modelLabel, SPAN } from '../ports/telemetry-names.ts';
import type { Web } from '../ports/web.ts';
import type { ModelPool } from './models.ts';

/** The pool, each call of whose models is a span. */
export function watchPool(pool: ModelPool, telemetry: Telemetry): ModelPool {
  // One for each handle: whoever compares handles (what a configuration selects is parsed once for one) finds the same.
  const watched = new WeakMap<ModelHandle, ModelHandle>();
  const watch = (handle: ModelHandle): ModelHandle => {
    const known = watched.get(handle) ?? { ...handle, model: watchModel(handle.model, telemetry) };
    watched.set(handle, known);
    return known;
  };
  return {
    open: async (name) => watch(await pool.open(name)),
    require: async (identity) => watch(await pool.require(identity)),
    states: () => pool.states(),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

function watchModel(model: LanguageModel, telemetry: Telemetry): LanguageModel {
  const { scoreContinuations, scoreMarkers, device } = model;
  const call = callsOf(model.identity, telemetry);
  return {
    identity: model.identity,
    capabilities: model.capabilities,
    describe: () => model.describe(),
    countTokens: (texts) => model.countTokens(texts),
    ...(device === undefined ? {} : { device: () => device.call(model) }),
    generate: (request, context) =>
      call('chat', { [ATTRIBUTE.maxTokens]: request.maxTokens, [ATTRIBUTE.temperature]: request.temperature }, async (span) => {
        const result = await model.generate(request, context);
        span.set(finishOf(result));
        return result;
      }),
    ...(scoreContinuations === undefined
      ? {}
      : { scoreContinuations: (request, context) => call('score', {}, () => scoreContinuations.call(model, request, context)) }),
    ...(scoreMarkers === undefined
      ? {}
      : { scoreMarkers: (request, context) => call('score', {}, () => scoreMarkers.call(model, request, context)) }),
  };
}

export function watchEmbeddings(model: EmbeddingModel, telemetry: Telemetry): EmbeddingModel {
  const call = callsOf(model.identity, telemetry);
  return {
    identity: model.identity,
    dimensions: () => model.dimensions(),
    embed: (texts, options, context) => call('embeddings', {}, () => model.embed(texts, options, context)),
  };
}

type Call = <Result extends { readonly usage: Usage }>(
  operation: string,
  attributes: Attributes,
  work: (span: Span) => Promise<Result>,
) => Promise<Result>;

/** `score` is a name of our own: the conventions know no reading of log-probabilities. */
function callsOf(identity: ModelIdentity, telemetry: Telemetry): Call {
  const name = modelLabel(identity.provider === 'openai' ? nameAtProvider(identity) : identity.name);
  return (operation, attributes, work) => {
    const known = {
      [ATTRIBUTE.operation]: operation,
      [ATTRIBUTE.requestModel]: name,
      [ATTRIBUTE.provider]: PROVIDERS[identity.provider],
      ...attributes,
    };
    return telemetry.span(SPAN.model, { title: `${operation} ${name}`, kind: 'client', attributes: known }, async (span) => {
      const result = await work(span);
      span.set(usageOf(result.usage));
      return result;
    });
  };
}

const PROVIDERS = { llama: 'llama.cpp', openai: 'openai', scripted: 'scripted' } as const satisfies Record<
  ModelIdentity['provider'],
  string
>;

function usageOf({ promptTokens, cachedTokens, outputTokens, scoredTokens }: Usage): Attributes {
  return {
    [ATTRIBUTE.inputTokens]: promptTokens,
    [ATTRIBUTE.outputTokens]: outputTokens,
    [ATTRIBUTE.cachedTokens]: cachedTokens,
    ...(scoredTokens === 0 ? {} : { [ATTRIBUTE.scoredTokens]: scoredTokens }),
  };
}

function finishOf({ finishReason }: GenerateResult): Attributes {
  return { [ATTRIBUTE.finishReasons]: finishReason };
}

/** The door to the web, each passage through which is a span. Addresses and queries are not told: they say what is asked about. */
export function watchWeb(web: Web, telemetry: Telemetry): Web {
  const told = web.provider === undefined ? {} : { [ATTRIBUTE.webProvider]: web.provider };
  return {
    ...(web.provider === undefined ? {} : { provider: web.provider }),
    search: (query, options) =>
      telemetry.span(
        SPAN.web,
        { title: 'web search', kind: 'client', attributes: { [ATTRIBUTE.webKind]: 'search', ...told } },
        async (span) => {
          const hits = await web.search(query, options);
          span.set({ [ATTRIBUTE.hits]: hits.length });
          return hits;
        },
      ),
    fetch: (url, options) =>
      telemetry.span(SPAN.web, { title: 'web page', kind: 'client', attributes: { [ATTRIBUTE.webKind]: 'page' } }, async (span) => {
        const page = await web.fetch(url, options);
        span.set({ [ATTRIBUTE.bytes]: page.bytes.byteLength });
        return page;
      }),
  };
}
