import type { Draft } from '../domain/answer.ts';
import { compressorAt } from '../domain/cascade.ts';
import type { Chunk } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { Evidence } from '../domain/evidence.ts';
import { utf8Bytes } from '../domain/information.ts';
import type { PluginChoice, RunSpec } from '../domain/run.ts';
import type { Selection, Step, StepResult } from '../domain/step.ts';
import { NO_SUMMARY, type Summary } from '../domain/summary.ts';
import type { CallContext } from '../ports/call-context.ts';
import type { Prompt } from '../ports/language-model.ts';
import type { ModelHandle, PluginKind } from '../ports/plugin.ts';
import type { Columns } from './columns.ts';
import type { Play } from './estimate-scenario.ts';
import { outputLimit, TOKENS_PER_PIECE } from './reserve.ts';
import { retrieve, searchesByVectors } from './retrieve-step.ts';
import { lookUp } from './session.ts';

/** Queries that a planner may make where its options do not say. */
const USUAL_QUERIES = 4;

/** A likely log-probability of a token under the context it was written from, and under another; they decide nothing but flags. */
const NATS_PER_TOKEN = { own: -1, other: -3 } as const;

/** Of English prose. */
const CHARACTERS_PER_TOKEN = 4;

const FOR_COUNTING: CallContext = { signal: new AbortController().signal, record: () => {} };

/** Answers a step as the scenario has it, and notes the model call that it would take. */
export async function answerStep(step: Step, play: Play, columns: Columns): Promise<StepResult> {
  if (step.kind === 'retrieve') return search(step.selection, play);
  if (step.kind === 'gather') throw new IsthmusError('internal', 'What a run will gather is not known before.');
  if (step.kind === 'score') return score(step, play, columns);
  switch (step.role) {
    case 'plan':
      return plan(step.question, play);
    case 'compress':
      return { kind: 'compress', summary: await compress(lookUp(play.chunks, step.chunkId), step, play) };
    case 'capsule':
      return { kind: 'compress', summary: await compress({ text: step.plan }, { query: step.question }, play) };
    case 'predict':
      return predict(step, play);
    default:
      return step satisfies never;
  }
}

function handleOf({ model }: PluginChoice, { deps }: Play): Promise<ModelHandle> {
  return deps.models.open(model?.name ?? '');
}

function asksModel(kind: PluginKind, { id }: PluginChoice, { deps }: Play): boolean {
  return deps.registry.find(kind, id).requires.length > 0;
}

async function plan(question: string, play: Play): Promise<StepResult> {
  const { planner, seed } = play.spec;
  const handle = await handleOf(planner, play);
  if (!asksModel('planner', planner, play)) {
    const queries = await play.deps.registry.create('planner', planner, handle).plan({ question, seed }, FOR_COUNTING);
    play.queries.push(...queries);
    return { kind: 'plan', queries };
  }
  const most = Number(planner.options['maxQueries'] ?? USUAL_QUERIES);
  const count = 1 + Math.round((most - 1) * play.scenario.queries);
  const queries = Array.from({ length: count }, (_, i) => (i === 0 ? question : `${question} (${i + 1})`));
  play.queries.push(...queries);
  const prompt = handle.profile.plan?.prompt(question, most) ?? handle.profile.compress.prompt('', question);
  await call(play, handle, { role: 'plan', prompt, limit: outputLimit(planner, handle.profile.summaryTokens) });
  return { kind: 'plan', queries };
}

/**
 * Searches are made as the run would make them. A query that nobody has written yet is taken to find what stands behind the finds of
 * the question itself, so that each costs its own reading; and where nothing stands behind them, the best again, which some strategies
 * read for each query.
 */
async function search(selection: Selection, play: Play): Promise<StepResult> {
  const { spec, deps } = play;
  const rank = selection.type === 'search' ? Math.max(0, play.queries.indexOf(selection.query)) : 0;
  const isInvented = selection.type === 'search' && rank > 0 && asksModel('planner', spec.planner, play);
  const asked = isInvented ? { ...selection, query: play.queries[0] ?? '', limit: selection.limit * (rank + 1) } : selection;
  const result = await retrieve({ ...spec, retriever: retrieverOf(play) }, asked, deps);
  const behind = isInvented ? result.chunks.slice(selection.limit * rank) : result.chunks;
  const again = isInvented ? result.chunks.slice(0, selection.limit - behind.length) : [];
  const chunks = [...behind, ...again];
  for (const [id, chunk] of await deps.documents.findChunks(chunks.map(({ chunkId }) => chunkId))) play.chunks.set(id, chunk);
  return { ...result, chunks };
}

/** An estimate embeds nothing, and its corpus may not be stored: BM25 finds as many chunks, though not the same. */
function retrieverOf({ spec, deps: { registry } }: Play): RunSpec['retriever'] {
  return searchesByVectors(spec.retriever, registry) ? registry.choose('retriever', 'bm25', {}) : spec.retriever;
}

async function compress(
  chunk: Pick<Chunk, 'text'>,
  { query, tier }: { readonly query: string; readonly tier?: number },
  play: Play,
): Promise<Summary> {
  const { spec } = play;
  const compressor = compressorAt(spec, tier);
  const handle = await handleOf(compressor, play);
  if (!asksModel('compressor', compressor, play)) {
    return play.deps.registry.create('compressor', compressor, handle).compress({ text: chunk.text, query, seed: spec.seed }, FOR_COUNTING);
  }
  const { profile } = handle;
  const limit = outputLimit(compressor, profile.summaryTokens);
  const isWritten = play.deps.registry.find('compressor', compressor.id).requires.includes('generate');
  const { output } = await call(play, handle, { role: 'compress', prompt: profile.compress.prompt(chunk.text, query), limit, isWritten });
  play.compressions += 1;
  const isNone = Math.floor(play.compressions * play.scenario.none) > Math.floor((play.compressions - 1) * play.scenario.none);
  return isNone ? NO_SUMMARY : written(chunk, output, await play.deps.tokens.count(handle.model.identity.name, chunk.text));
}

/** As many of the chunk's own words as the summary would have tokens. */
function written(chunk: Pick<Chunk, 'text'>, tokens: number, of: number): Summary {
  const text = chunk.text.slice(0, Math.ceil((chunk.text.length * tokens) / Math.max(of, tokens)));
  return {
    status: 'text',
    text,
    tokenCount: Math.min(tokens, of),
    ended: true,
    finishReason: 'stop',
    quotes: [{ start: 0, end: text.length }],
  };
}

async function score(
  { contextId, context, query, continuation }: Extract<Step, { kind: 'score' }>,
  play: Play,
  columns: Columns,
): Promise<StepResult> {
  const { scorer } = play.spec;
  const text = context ?? lookUp(play.chunks, contextId).text;
  const own = text.startsWith(continuation.text.slice(0, 40));
  if (scorer === undefined) return { kind: 'score', logProb: 0, tokenCount: 0 };
  const { profile } = await play.deps.models.open(scorer.name);
  const tokens = (await play.deps.tokens.count(scorer.name, continuation.text)) + (continuation.ended ? 1 : 0);
  const { name, isNew } = columns.place({ contextId, query, bytes: utf8Bytes(text) + utf8Bytes(continuation.text) });
  if (isNew) {
    const counted = await play.deps.tokens.countPrompt(scorer.name, profile.scorePrompt(text, query));
    const prompt = Math.floor(counted * play.scenario.prompt);
    play.columns.set(name, play.calls.push({ role: 'score', model: scorer, prompt, output: 0, scored: 0 }) - 1);
  }
  const place = play.columns.get(name) ?? 0;
  const column = play.calls[place];
  if (column !== undefined) play.calls[place] = { ...column, scored: column.scored + tokens };
  return { kind: 'score', logProb: tokens * (own ? NATS_PER_TOKEN.own : NATS_PER_TOKEN.other), tokenCount: tokens };
}

/** An answer repeats the evidence, for as long as it is; a strategy may have it read again. */
async function predict({ question, evidence, closedBook }: Extract<Step, { role: 'predict' }>, play: Play): Promise<StepResult> {
  const { predictor } = play.spec;
  const draft: Draft = { status: 'answered', text: '', citations: evidence.map(({ number }) => ({ evidence: number })), form: 'model' };
  if (!asksModel('predictor', predictor, play) || (evidence.length === 0 && closedBook !== true)) return { kind: 'predict', draft };
  const handle = await handleOf(predictor, play);
  const { predict: profile } = handle.profile;
  const shown = await evidenceRead({ question, evidence }, handle, play);
  const prompt =
    closedBook === true && profile.closedBook !== undefined ? profile.closedBook.prompt(question) : profile.prompt(question, shown);
  const { output } = await call(play, handle, { role: 'predict', prompt, limit: outputLimit(predictor, profile.outputTokens) });
  const words = shown.map(({ text }) => text).join(' ');
  return { kind: 'predict', draft: { ...draft, text: words.slice(0, output * CHARACTERS_PER_TOKEN) } };
}

/**
 * As much as the predictor may be shown: so many pieces; so many tokens, of which the last piece has its share; and of these what fits
 * its context.
 */
async function evidenceRead(
  { question, evidence }: Pick<Extract<Step, { role: 'predict' }>, 'question' | 'evidence'>,
  { model, profile }: ModelHandle,
  { spec: { predictor }, deps }: Play,
): Promise<Evidence[]> {
  const { maxEvidence, evidenceTokens = Number.POSITIVE_INFINITY } = predictor.options;
  const most = Number(maxEvidence ?? profile.predict.maxEvidence ?? evidence.length);
  const { name } = model.identity;
  const { contextTokens } = await model.describe();
  const output = outputLimit(predictor, profile.predict.outputTokens);
  let room = contextTokens - output - profile.overheadTokens - (await deps.tokens.count(name, question));
  let left = Number(evidenceTokens);
  const shown: Evidence[] = [];
  for (const one of evidence.slice(0, most)) {
    const tokens = await deps.tokens.count(name, one.text);
    const taken = Math.min(tokens, left);
    left -= taken;
    if (taken === 0 || taken + TOKENS_PER_PIECE > room) continue;
    room -= taken + TOKENS_PER_PIECE;
    shown.push(taken === tokens ? one : { ...one, text: one.text.slice(0, Math.floor((one.text.length * taken) / tokens)) });
  }
  return shown;
}

async function call(
  play: Play,
  { model }: ModelHandle,
  { role, prompt, limit, isWritten = true }: { role: 'plan' | 'compress' | 'predict'; prompt: Prompt; limit: number; isWritten?: boolean },
): Promise<{ readonly output: number }> {
  const { contextTokens } = await model.describe();
  const output = Math.max(1, Math.round(limit * play.scenario.output));
  const counted = await play.deps.tokens.countPrompt(model.identity.name, prompt);
  play.calls.push({
    role,
    model: model.identity,
    prompt: Math.floor(Math.min(counted, contextTokens) * play.scenario.prompt),
    // What a plugin takes from the chunk itself is not written by the model, which was only asked about it.
    output: isWritten ? output : 0,
    scored: isWritten ? 0 : 1,
  });
  return { output };
}
