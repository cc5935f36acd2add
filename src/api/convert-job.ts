import type { z } from 'zod';
import type { RunLimits } from '../domain/budget.ts';
import { present } from '../domain/present.ts';
import { MICRO_USD } from '../domain/price.ts';
import type { Estimate, ForkChanges, Range, ResearchJob } from '../ports/research-service.ts';
import type { CompressCall, ScoreCall } from './context.ts';
import type { estimateAnswer } from './schemas-answer.ts';
import type { compressBody, forkBody, scoreBody, submitBody } from './schemas-request.ts';

type SubmitBody = z.output<typeof submitBody>;

export function convertJob({
  question,
  documents,
  corpus_id,
  urls,
  web,
  max_age_seconds,
  dry_run: _,
  ...choices
}: SubmitBody): ResearchJob {
  const gather = {
    urls,
    web: web === undefined ? undefined : present(web),
    maxAgeMs: max_age_seconds === undefined ? undefined : max_age_seconds * 1000,
  };
  return { question, ...present({ documents, corpusId: corpus_id, ...gather }), ...convertFork(choices) };
}

export function convertFork({ allow_unpriced, budget, ...rest }: z.output<typeof forkBody>): ForkChanges {
  return present({ ...rest, allowUnpriced: allow_unpriced, limits: budget === undefined ? undefined : convertBudget(budget) });
}

/** Rounded down: a limit of 1.0000009 USD must not become a higher one. The tiny addition keeps 0.29 (binary fractions) whole. */
function convertBudget({ usd, tokens, calls, seconds }: NonNullable<SubmitBody['budget']>): RunLimits {
  return present({
    microUsd: usd === undefined ? undefined : Math.floor(usd * MICRO_USD + 1e-6),
    tokens,
    calls,
    durationMs: seconds === undefined ? undefined : Math.round(seconds * 1000),
  });
}

export function convertEstimate(estimate: Estimate): z.input<typeof estimateAnswer> {
  return { object: 'research.estimate', ...convertEstimateFigures(estimate) };
}

export function convertEstimateFigures({ chunks, calls, tokens, microUsd, durationMs, basis }: Estimate) {
  return {
    chunks,
    calls: scaled(calls, 1),
    tokens: scaled(tokens, 1),
    usd: microUsd === undefined ? null : scaled(microUsd, MICRO_USD),
    minutes: scaled(durationMs, 60_000),
    basis,
  };
}

function scaled({ low, expected, high }: Range, divisor: number) {
  return { low: low / divisor, expected: expected / divisor, high: high / divisor };
}

export function convertCompressCall(body: z.output<typeof compressBody>): CompressCall {
  return present(body);
}

export function convertScoreCall({ rows, ...rest }: z.output<typeof scoreBody>): ScoreCall {
  return { rows: rows.map((row, i) => ({ ...row, id: row.id ?? String(i + 1) })), ...present(rest) };
}
