import type { Chunk } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { RunSpec } from '../domain/run.ts';
import type { Step } from '../domain/step.ts';
import type { Work } from './work.ts';

/** Puts the texts into a step. `retrieve` is not here: the engine does it beside its database. */
export function hydrate(step: Exclude<Step, { kind: 'retrieve' }>, spec: RunSpec, chunk: (id: string) => Chunk): Work {
  const { seed } = spec;
  if (step.kind === 'score') {
    if (spec.scorer === undefined) throw new IsthmusError('internal', 'A strategy asked for a score in a run without a scorer.');
    return { kind: 'score', scorer: spec.scorer, text: chunk(step.contextId).text, query: step.query, continuation: step.continuation };
  }
  switch (step.role) {
    case 'plan':
      return { kind: 'plan', plugin: spec.planner, question: step.question, seed };
    case 'compress':
      return { kind: 'compress', plugin: spec.compressor, text: chunk(step.chunkId).text, query: step.query, seed };
    case 'predict':
      return { kind: 'predict', plugin: spec.predictor, question: step.question, evidence: step.evidence, seed };
    default:
      return step satisfies never;
  }
}
