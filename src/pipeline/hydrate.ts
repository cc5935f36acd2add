import { compressorAt } from '../domain/cascade.ts';
import type { Chunk } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import { canonicalJson } from '../domain/json.ts';
import type { ModelIdentity } from '../domain/model.ts';
import { present } from '../domain/present.ts';
import type { RunSpec } from '../domain/run.ts';
import type { EngineStep, Step } from '../domain/step.ts';
import type { Continuation } from '../domain/summary.ts';
import type { Work } from './work.ts';

/** Puts the texts into a step. What the engine does itself is not here. */
export function hydrate(step: Exclude<Step, EngineStep>, spec: RunSpec, chunk: (id: string) => Chunk): Work {
  const { seed } = spec;
  if (step.kind === 'score') {
    if (spec.scorer === undefined) throw new IsthmusError('internal', 'A strategy asked for a score in a run without a scorer.');
    const continuation = forScorer(step.continuation, spec.scorer, compressorAt(spec, step.tier).model);
    return { kind: 'score', scorer: spec.scorer, text: step.context ?? chunk(step.contextId).text, query: step.query, continuation };
  }
  switch (step.role) {
    case 'plan':
      return { kind: 'plan', plugin: spec.planner, question: step.question, seed };
    case 'compress':
      return {
        kind: 'compress',
        plugin: compressorAt(spec, step.tier),
        text: chunk(step.chunkId).text,
        query: guided(step.query, step.guidance),
        seed,
      };
    case 'capsule':
      return { kind: 'compress', plugin: spec.compressor, text: step.plan, query: step.question, seed, limit: step.maxTokens };
    case 'predict': {
      const { closedBook, mayExpand } = step;
      return {
        kind: 'predict',
        plugin: spec.predictor,
        question: guided(step.question, step.guidance),
        evidence: step.evidence,
        seed,
        ...present({ closedBook, mayExpand }),
      };
    }
    default:
      return step satisfies never;
  }
}

function guided(query: string, guidance: string | undefined): string {
  return guidance === undefined ? query : `${query}\n${guidance}`;
}

/** Sampled token ids mean something to the model that sampled them; any other scorer tokenises the text itself. */
function forScorer({ tokenIds, ...rest }: Continuation, scorer: ModelIdentity, writer: ModelIdentity | undefined): Continuation {
  const isWriter = writer !== undefined && canonicalJson(writer) === canonicalJson(scorer);
  return isWriter && tokenIds !== undefined ? { ...rest, tokenIds } : rest;
}
