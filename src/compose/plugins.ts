import { abstractive } from '../../agents/compressors/abstractive.ts';
import { extractive } from '../../agents/compressors/extractive.ts';
import { head } from '../../agents/compressors/head.ts';
import { identity } from '../../agents/compressors/identity.ts';
import { llmlingua } from '../../agents/compressors/llmlingua.ts';
import { longllmlingua } from '../../agents/compressors/longllmlingua.ts';
import { select } from '../../agents/compressors/select.ts';
import { surprisal } from '../../agents/compressors/surprisal.ts';
import { allocate } from '../../agents/gates/allocate.ts';
import { always } from '../../agents/gates/always.ts';
import { cascade } from '../../agents/gates/cascade.ts';
import { faithful } from '../../agents/gates/faithful.ts';
import { information } from '../../agents/gates/information.ts';
import { relevant } from '../../agents/gates/relevant.ts';
import { decompose } from '../../agents/planners/decompose.ts';
import { single } from '../../agents/planners/single.ts';
import { local } from '../../agents/predictors/local.ts';
import { openai } from '../../agents/predictors/openai.ts';
import { instruct } from '../../agents/prompts/instruct.ts';
import { nano } from '../../agents/prompts/nano.ts';
import { nano1m } from '../../agents/prompts/nano-1m.ts';
import { bm25 } from '../../agents/retrievers/bm25.ts';
import { dense } from '../../agents/retrievers/dense.ts';
import { hybrid } from '../../agents/retrievers/hybrid.ts';
import { capsule } from '../../agents/strategies/capsule.ts';
import { closedBook } from '../../agents/strategies/closed-book.ts';
import { forage } from '../../agents/strategies/forage.ts';
import { mapReduce } from '../../agents/strategies/map-reduce.ts';
import { minion } from '../../agents/strategies/minion.ts';
import { multiQuery } from '../../agents/strategies/multi-query.ts';
import { oracle } from '../../agents/strategies/oracle.ts';
import { raw } from '../../agents/strategies/raw.ts';
import { topK } from '../../agents/strategies/top-k.ts';
import { answerGain } from '../../estimators/answer-gain.ts';
import { bitsPerCharacter } from '../../estimators/bits-per-character.ts';
import { conditional } from '../../estimators/conditional.ts';
import { informationCapacity } from '../../estimators/information-capacity.ts';
import { leaveOneOut } from '../../estimators/leave-one-out.ts';
import { monteCarlo } from '../../estimators/monte-carlo.ts';
import { panel } from '../../estimators/panel.ts';
import { tempered } from '../../estimators/tempered.ts';
import { unigram } from '../../estimators/unigram.ts';
import type { AnyPlugin } from '../pipeline/registry.ts';
import type { PromptProfile } from '../ports/prompt-profile.ts';

/**
 * Every implementation there is, by name. A new one is a file in its room and a line here; a test compares this list with
 * the folders.
 */
export const PLUGINS: readonly AnyPlugin[] = [
  abstractive,
  extractive,
  head,
  identity,
  select,
  llmlingua,
  longllmlingua,
  surprisal,
  relevant,
  always,
  information,
  allocate,
  faithful,
  cascade,
  decompose,
  single,
  local,
  openai,
  bm25,
  dense,
  hybrid,
  mapReduce,
  capsule,
  multiQuery,
  minion,
  topK,
  raw,
  closedBook,
  oracle,
  forage,
  monteCarlo,
  panel,
  leaveOneOut,
  tempered,
  conditional,
  answerGain,
  unigram,
  bitsPerCharacter,
  informationCapacity,
];

export const PROFILES: Readonly<Record<'nano' | 'nano-1m' | 'instruct', PromptProfile>> = { nano, 'nano-1m': nano1m, instruct };
