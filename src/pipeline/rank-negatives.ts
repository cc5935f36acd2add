import type { Chunk, Document } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import { groupBy } from '../domain/group.ts';
import { sample } from '../domain/random.ts';
import type { WordIndex } from './rank-words.ts';

/**
 * From which other chunks a summary must be told.
 *
 *     random          one panel for all, drawn over documents: contexts are like draws from p(x), so the mean is a lower bound on I(X;Z|Q)
 *     same-document   other chunks of the chunk's own document, drawn for each chunk
 *     nearest         the chunks whose words are most like the chunk's own (BM25 with its text as the query), of whatever document
 *
 * The last two are hard: what copies any sentence of a document is no longer told apart by its topic alone. They are chosen for each
 * chunk, so they are no draw of p(x), and the mean is then a contrast score and no bound on information; its ceiling, log2 N, stays.
 */
export const RANK_NEGATIVES = ['random', 'same-document', 'nearest'] as const;
export type RankNegatives = (typeof RANK_NEGATIVES)[number];

/** What the figure may be called that comes of them. */
export type RankScore = 'bits' | 'contrast score';

export function scoreOf(negatives: RankNegatives): RankScore {
  return negatives === 'random' ? 'bits' : 'contrast score';
}

export interface Contrasts {
  /** N: contexts compared, the own one included; the same for every chunk, so that all summaries share one ceiling. */
  readonly contexts: number;
  /** By the id of a chunk that is asked about: the N − 1 others. */
  readonly others: ReadonlyMap<string, readonly Chunk[]>;
}

interface Drawn {
  readonly documents: readonly Document[];
  readonly chunks: readonly Chunk[];
  /** Chunks that are asked about. */
  readonly asked: readonly Chunk[];
  readonly words: WordIndex;
}

interface Draw {
  readonly negatives: RankNegatives;
  /** N − 1. */
  readonly count: number;
  readonly seed: number;
}

/**
 * The contexts of each chunk. Of random ones there may be fewer than asked for, down to none: N is then smaller for all. Hard ones are
 * as many as asked for, and never a chunk of equal text, from which nothing could be told.
 * @throws IsthmusError `invalid-input` where a chunk has too few hard ones
 */
export function drawContrasts(from: Drawn, draw: Draw): Contrasts {
  if (draw.negatives === 'random') return randomContrasts(from, draw);
  const asked = [...new Map(from.asked.map((chunk) => [chunk.id, chunk])).values()];
  const others = new Map(asked.map((chunk) => [chunk.id, hardOthers(chunk, from, draw)]));
  const short = asked.filter(({ id }) => (others.get(id)?.length ?? 0) < draw.count);
  if (short.length > 0) throw tooFew(short, { ...from, others }, draw);
  return { contexts: draw.count + 1, others };
}

function hardOthers(own: Chunk, { chunks, words }: Drawn, { negatives, count, seed }: Draw): readonly Chunk[] {
  const isOther = ({ id, text }: Chunk) => id !== own.id && text !== own.text;
  if (negatives === 'nearest') return words.nearest(own.text).filter(isOther).slice(0, count);
  const siblings = chunks.filter((chunk) => chunk.documentId === own.documentId && isOther(chunk));
  return sample(siblings, count, seed);
}

function randomContrasts({ chunks, asked }: Drawn, { count, seed }: Draw): Contrasts {
  const panel = drawPanel(chunks, asked, { size: count + 1, seed });
  const used = Math.max(panel.length - 1, 0);
  const others = asked.map((own) => [own.id, panel.filter(({ id }) => id !== own.id).slice(0, used)] as const);
  return { contexts: panel.length, others: new Map(others) };
}

/** One chunk of each document in turn, those that are asked about first: many documents before many chunks of one. */
function drawPanel(
  chunks: readonly Chunk[],
  asked: readonly Chunk[],
  { size, seed }: { readonly size: number; readonly seed: number },
): readonly Chunk[] {
  const ids = new Set(asked.map(({ id }) => id));
  const shuffled = sample(chunks, chunks.length, seed).sort((a, b) => Number(ids.has(b.id)) - Number(ids.has(a.id)));
  const turns = new Map<string, number>();
  const ranked = shuffled.map((chunk) => {
    const turn = turns.get(chunk.documentId) ?? 0;
    turns.set(chunk.documentId, turn + 1);
    return { chunk, turn };
  });
  return ranked
    .sort((a, b) => a.turn - b.turn)
    .slice(0, size)
    .map(({ chunk }) => chunk);
}

const NAMED = 3;

function tooFew(
  short: readonly Chunk[],
  { documents, others }: Pick<Drawn, 'documents'> & Pick<Contrasts, 'others'>,
  { negatives, count }: Draw,
): IsthmusError {
  const found = [...groupBy(short, ({ documentId }) => documentId)].map(([id, own]) => ({
    uri: documents.find((document) => document.id === id)?.uri ?? id,
    least: Math.min(...own.map((chunk) => others.get(chunk.id)?.length ?? 0)),
  }));
  const least = Math.min(...found.map((one) => one.least));
  const where =
    negatives === 'same-document' ? 'further chunks in each document that is asked about' : 'chunks that share words with each one';
  const list = found.slice(0, NAMED).map(({ uri, least: has }) => `${uri} has ${has}`);
  const more = found.length > NAMED ? ` and ${found.length - NAMED} more documents have too few` : '';
  const lower = least > 0 ? `Lower --contexts to ${least}, leave those documents out` : 'Leave those documents out';
  const message = `Expected ${count} ${where}, as contexts to tell its summaries from (--negatives ${negatives}), but ${list.join(', ')}${more}. ${lower}, or use --negatives random.`;
  return new IsthmusError('invalid-input', message);
}
