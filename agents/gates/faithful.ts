import { z } from 'zod';
import { type Claim, checkFaithfulness } from '../../src/domain/faithfulness.ts';
import type { GateDecision } from '../../src/domain/run.ts';
import { splitSentences } from '../../src/domain/text.ts';
import type { GateCandidate } from '../../src/ports/gate.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import { genericOptions, isGeneric, isTruncated, namesOf } from './parts/flags.ts';
import { judgeByRelevance, relevanceOf, relevanceOptions, type Verdict } from './parts/relevance.ts';

const options = z.strictObject({
  ...relevanceOptions,
  ...genericOptions,
  /**
   * What becomes of a summary that says what its source does not: flagged; its sentence left out; the chunk itself in its place, which
   * the predictor must have room for; or nothing of it kept.
   */
  onUnfaithful: z.enum(['warn', 'drop-sentence', 'raw-chunk', 'reject']).default('warn'),
});
type Options = z.output<typeof options>;

/**
 * Holds the numbers with units, dates, names and quoted strings of each summary against its source, and flags as `unfaithful`, shortens, replaces
 * by its chunk or rejects what holds others; relevance decides about the rest, as in `relevant`. Wins where a small model writes: a wrong answer
 * that is embedded in the summary is the largest class of compressor errors in the paper (36%). Loses on rounding, sums and translated
 * names, which are right and do not occur; sees no wrong combination of right words. Copied sentences always pass. A candidate without its
 * source is flagged `unchecked` and judged by relevance. References: arXiv 2512.21720, section on errors; `domain/faithfulness.ts` for the rules.
 */
export const faithful = definePlugin({
  kind: 'gate',
  id: 'faithful',
  version: '1',
  summary: 'Numbers, dates, names and quotations must occur in the source; then relevance decides.',
  requires: [],
  options,
  create: (chosen) => ({
    decide(candidates) {
      const checked = candidates.map((candidate) => check(candidate, chosen));
      const verdicts = judgeByRelevance(
        checked.filter(({ isRejected }) => !isRejected).map(({ candidate }) => candidate),
        chosen,
      );
      return new Map(checked.map((one) => [one.candidate.id, dress(one, verdicts.get(one.candidate.id), chosen)]));
    },
  }),
});

interface Checked {
  /** As it is judged: with the sentences that may stay. */
  readonly candidate: GateCandidate;
  readonly unsupported: readonly Claim[];
  readonly isRejected: boolean;
  /** What becomes evidence in place of the summary, and what was done. */
  readonly instead?: { readonly text: string; readonly done: string };
}

function check(candidate: GateCandidate, { onUnfaithful }: Options): Checked {
  const { summary, source } = candidate;
  const unsupported = source === undefined || summary.status === 'none' ? [] : checkFaithfulness(summary.text, source).unsupported;
  const untouched = { candidate, unsupported, isRejected: false };
  if (unsupported.length === 0 || source === undefined || onUnfaithful === 'warn') return untouched;
  if (onUnfaithful === 'raw-chunk') return { ...untouched, instead: { text: source, done: 'the chunk in its place' } };
  const text = onUnfaithful === 'reject' ? '' : faithfulPart(summary.text, source);
  if (text === '') return { ...untouched, isRejected: true };
  return { ...untouched, candidate: { ...candidate, summary: { ...summary, text } }, instead: { text, done: 'sentences left out' } };
}

/** Its sentences without an unsupported claim, with the white space that was between them. */
function faithfulPart(text: string, source: string): string {
  return splitSentences(text)
    .map(({ start, end }) => ({ sentence: text.slice(start, end), gap: /^\s*/.exec(text.slice(end))?.[0] ?? '' }))
    .filter(({ sentence }) => checkFaithfulness(sentence, source).unsupported.length === 0)
    .map(({ sentence, gap }) => sentence + gap)
    .join('')
    .trim();
}

function dress({ candidate, unsupported, isRejected, instead }: Checked, verdict: Verdict | undefined, chosen: Options): GateDecision {
  const { summary, source } = candidate;
  const missing = unsupported.length === 0 ? '' : `not in the source: ${listed(unsupported)}`;
  const judged = verdict ?? { kept: false, reason: missing, relevance: relevanceOf(candidate) };
  const flags = namesOf({
    unfaithful: unsupported.length > 0,
    unchecked: source === undefined && summary.status === 'text',
    generic: isGeneric(candidate, chosen),
    truncated: isTruncated(candidate),
  });
  if (isRejected || missing === '') return { ...judged, flags };
  const reason = `${judged.reason}; ${instead === undefined ? '' : `${instead.done}, `}${missing}`;
  return { ...judged, reason, flags, ...(instead !== undefined && judged.kept ? { text: instead.text } : {}) };
}

/** More are told by their number: a reason is one line. */
const MOST_LISTED = 3;

function listed(claims: readonly Claim[]): string {
  const shown = claims.slice(0, MOST_LISTED).map(({ kind, text }) => `${kind} ${JSON.stringify(text)}`);
  const more = claims.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
