import { bm25OfSentences, isHeading } from '../../agents/compressors/parts/rank-sentences.ts';
import { IsthmusError } from '../../src/domain/errors.ts';
import { logSumExp } from '../../src/domain/information.ts';
import { scoreColumn } from '../../src/pipeline/score-column.ts';
import type { CallContext } from '../../src/ports/call-context.ts';
import type { Prompt } from '../../src/ports/language-model.ts';
import type { ModelHandle } from '../../src/ports/plugin.ts';
import type { JudgedSummary } from './summaries.ts';
import type { TermValues } from './word-terms.ts';

export interface Scorer {
  readonly handle: ModelHandle;
  readonly context: CallContext;
}

/** log p(q|z), and how much likelier q is than after nothing: the query likelihood of Ponte and Croft (1998), z being the document. */
export async function questionTerms({ question: { query }, summary }: JudgedSummary, scorer: Scorer): Promise<TermValues> {
  const after = await logProbs(beforeQuestion(scorer.handle, summary.text, query), query, scorer);
  const unread = await logProbs(beforeQuestion(scorer.handle, '', query), query, scorer);
  if (after === undefined || unread === undefined) return {};
  const tokens = Math.max(1, after.length);
  const gain = sum(after) - sum(unread);
  return {
    'log p(q|z)': sum(after),
    'log p(q|z) a token': sum(after) / tokens,
    'log p(q|z) − log p(q)': gain,
    'log p(q|z) − log p(q) a token': gain / tokens,
  };
}

/** log p(z|x,q) against other questions q′ of the same text, and against none. */
export async function contrastTerms({ question, chunk, summary }: JudgedSummary, scorer: Scorer): Promise<TermValues> {
  const under = (query: string) => logProbs(scorer.handle.profile.scorePrompt(chunk.text, query), summary.text, scorer, true);
  const own = await under(question.query);
  const unasked = await under('');
  const others: number[] = [];
  for (const query of question.others) {
    const other = await under(query);
    if (other !== undefined) others.push(sum(other));
  }
  if (own === undefined || unasked === undefined || others.length < question.others.length) return {};
  const against = sum(own) - logSumExp(others) + Math.log(others.length);
  return {
    'log p(z|x,q)': sum(own),
    'log p(z|x,q) against q′': against,
    'log p(z|x,q) against q′ a token': against / own.length,
    'log p(z|x,q) − log p(z|x)': sum(own) - sum(unasked),
    'log p(z|x,q) − log p(z|x) a token': (sum(own) - sum(unasked)) / own.length,
  };
}

/**
 * What the compressor `select` knows when it chooses: log-odds of any marker against `none`, alone and joined with the best BM25 as the
 * profile's constants say, after reading the chunk or the summary alone; and the probability of the summary's own sentences.
 */
export async function pointerTerms(judged: JudgedSummary, scorer: Scorer): Promise<TermValues> {
  const { question, chunk, summary } = judged;
  const inChunk = await point(chunk.text, question.query, scorer);
  const inSummary = await point(summary.text, question.query, scorer);
  if (inChunk === undefined || inSummary === undefined) return {};
  const chosen = inChunk.sentences.filter(({ span }) => summary.quotes.some((quote) => quote.start < span.end && span.start < quote.end));
  const ofChosen = logSumExp(chosen.map(({ logProb }) => logProb));
  const odds = (pointed: Pointed) => logSumExp(pointed.sentences.map(({ logProb }) => logProb)) - pointed.none;
  const joined = (pointed: Pointed) => {
    const { model, bm25, bias } = scorer.handle.profile.select?.calibration?.none ?? { model: 1, bm25: 0, bias: 0 };
    return model * odds(pointed) + bm25 * pointed.mostWords + bias;
  };
  return {
    'select: not NONE, of x': odds(inChunk),
    'select: not NONE, of x, with BM25': joined(inChunk),
    'select: not NONE, of z': odds(inSummary),
    'select: not NONE, of z, with BM25': joined(inSummary),
    'select: marker of z': ofChosen,
    'select: marker of z against NONE': ofChosen - inChunk.none,
  };
}

interface Pointed {
  readonly sentences: readonly { readonly span: { readonly start: number; readonly end: number }; readonly logProb: number }[];
  readonly none: number;
  /** The highest BM25 of a sentence that is no heading. */
  readonly mostWords: number;
}

async function point(text: string, query: string, { handle, context }: Scorer): Promise<Pointed | undefined> {
  const { select } = handle.profile;
  if (select === undefined || handle.model.scoreMarkers === undefined) return undefined;
  const sentences = select.sentences(text);
  const markers = [...sentences.map(({ marker }) => marker), select.none];
  const { logProbs: read } = await handle.model.scoreMarkers({ prompt: select.prompt(text, query), markers }, context);
  const texts = sentences.map(({ span }) => text.slice(span.start, span.end));
  const words = bm25OfSentences(texts, query).filter((_score, i) => !isHeading(texts[i] ?? ''));
  return {
    sentences: sentences.map(({ span }, i) => ({ span, logProb: read[i] ?? Number.NEGATIVE_INFINITY })),
    none: read.at(-1) ?? Number.NEGATIVE_INFINITY,
    mostWords: Math.max(0, ...words),
  };
}

/**
 * A scoring prompt up to where its question begins. No profile says how a question is scored, so this takes what a text is scored under.
 * @throws IsthmusError `capability-missing` for profiles that speak in chat messages
 */
function beforeQuestion({ model, profile }: ModelHandle, text: string, query: string): Prompt {
  const prompt = profile.scorePrompt(text, query);
  const at = prompt.type === 'marked' ? prompt.parts.findLastIndex((part) => 'text' in part && part.text === query) : -1;
  if (prompt.type === 'marked' && at > 0) return { type: 'marked', parts: prompt.parts.slice(0, at) };
  throw new IsthmusError(
    'capability-missing',
    `Expected a profile whose prompts are marked parts, but that of ${model.identity.name} is not.`,
  );
}

/** Per token; undefined where the scoring failed. */
async function logProbs(prompt: Prompt, text: string, { handle, context }: Scorer, ended = false): Promise<readonly number[] | undefined> {
  const [result] = await scoreColumn({ prompt, continuations: [{ text, ended }] }, handle.model, context);
  return result !== undefined && 'cell' in result ? result.cell.tokenLogProbs : undefined;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
