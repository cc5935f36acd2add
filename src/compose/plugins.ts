import { abstractive } from '../../agents/compressors/abstractive.ts';
import { extractive } from '../../agents/compressors/extractive.ts';
import { head } from '../../agents/compressors/head.ts';
import { identity } from '../../agents/compressors/identity.ts';
import { relevant } from '../../agents/gates/relevant.ts';
import { decompose } from '../../agents/planners/decompose.ts';
import { single } from '../../agents/planners/single.ts';
import { local } from '../../agents/predictors/local.ts';
import { openai } from '../../agents/predictors/openai.ts';
import { instruct } from '../../agents/prompts/instruct.ts';
import { nano } from '../../agents/prompts/nano.ts';
import { bm25 } from '../../agents/retrievers/bm25.ts';
import { mapReduce } from '../../agents/strategies/map-reduce.ts';
import { monteCarlo } from '../../estimators/monte-carlo.ts';
import { panel } from '../../estimators/panel.ts';
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
  relevant,
  decompose,
  single,
  local,
  openai,
  bm25,
  mapReduce,
  monteCarlo,
  panel,
];

export const PROFILES: Readonly<Record<'nano' | 'instruct', PromptProfile>> = { nano, instruct };
