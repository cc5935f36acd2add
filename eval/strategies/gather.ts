import { requestOf } from '../../src/cli/commands/research.ts';
import type { Tools } from '../../src/compose/compose.ts';
import type { Chunk, Corpus } from '../../src/domain/document.ts';
import type { Evidence } from '../../src/domain/evidence.ts';
import type { LedgerEntry } from '../../src/domain/ledger.ts';
import type { RunState } from '../../src/domain/run.ts';
import { specify } from '../../src/pipeline/submit.ts';
import { type EngineBench, openEngineBench } from '../../src/testing/engine-bench.ts';
import type { Arm } from './arms.ts';
import type { Case } from './cases.ts';

/** What a strategy laid before the predictor, and what it read to get there. */
export interface Gathered {
  readonly evidence: readonly Evidence[];
  readonly closedBook: boolean;
  readonly chunksRead: number;
  /** Prompt tokens of the compressor, also those that an earlier arm has paid for; of one that asks no model, the tokens of its chunks. */
  readonly tokensRead: number;
  /** Why there is no evidence; absent where the run came to its end. */
  readonly problem?: string;
}

/** Runs arms over one corpus, with a store of its own in memory: what one arm has read, the next one is given, and both are charged with it. */
export interface Gatherer extends AsyncDisposable {
  gather(asked: Case, arm: Arm): Promise<Gathered>;
}

export type CountTokens = (texts: readonly string[]) => Promise<readonly number[]>;

export async function openGatherer(corpus: Corpus, tools: Tools, countTokens: CountTokens): Promise<Gatherer> {
  const { models, registry, pricing } = tools;
  const bench = await openEngineBench({ models: {}, corpus, pricing, deps: { models, registry } });
  const counts = await countTokens(corpus.chunks.map(({ text }) => text));
  const sizes = new Map(corpus.chunks.map(({ id }: Chunk, i) => [id, counts[i] ?? 0]));
  return {
    gather: async (asked, arm) => gatheredFrom(await runArm(bench, { asked, arm, corpus }), sizes),
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

async function runArm(
  { deps, engine }: EngineBench,
  { asked, arm, corpus }: { readonly asked: Case; readonly arm: Arm; readonly corpus: Corpus },
): Promise<RunState> {
  const request = { ...requestOf(asked.question, { docs: [] }, arm.config(asked)), corpusId: corpus.id };
  const runId = await engine.submit(await specify(request, deps));
  return engine.advance(runId, { signal: new AbortController().signal });
}

function gatheredFrom({ steps, ledger, status, error, reason }: RunState, sizes: ReadonlyMap<string, number>): Gathered {
  const tokens = new Map<string, number>();
  for (const entry of ledger) tokens.set(entry.stepKey, (tokens.get(entry.stepKey) ?? 0) + promptTokensOf(entry));
  const reads = [...steps.values()].flatMap(({ planned: { step, stepKey }, outcome }) =>
    step.kind === 'chat' && step.role === 'compress' && outcome?.status === 'done' ? [{ chunkId: step.chunkId, stepKey }] : [],
  );
  const asked = steps.get('predict')?.planned.step;
  const isAsked = asked?.kind === 'chat' && asked.role === 'predict';
  const problem = status === 'completed' ? undefined : (error?.message ?? reason ?? status);
  return {
    evidence: isAsked ? asked.evidence : [],
    closedBook: isAsked && asked.closedBook === true,
    chunksRead: reads.length,
    tokensRead: reads.reduce((sum, { chunkId, stepKey }) => sum + (tokens.get(stepKey) || (sizes.get(chunkId) ?? 0)), 0),
    ...(problem === undefined ? {} : { problem }),
  };
}

function promptTokensOf({ promptTokens, avoided }: LedgerEntry): number {
  return avoided?.promptTokens ?? promptTokens;
}
