import type { Continuation } from '../domain/summary.ts';
import type { ScoringCell } from '../ports/information-estimator.ts';
import type { Prompt } from '../ports/language-model.ts';
import type { PromptProfile } from '../ports/prompt-profile.ts';

/** A summary to be scored outside a run. */
export interface ScoreItem {
  readonly id: string;
  readonly contextId: string;
  readonly documentId: string;
  readonly query: string;
  readonly continuation: Continuation;
  /** The reference answer to the query. */
  readonly answer?: string;
}

/** What a cell asks of a model. Cells with one `name` share the prompt, which is then evaluated once. */
export interface CellRequest {
  readonly name: string;
  readonly prompt: Prompt;
  readonly continuation: Continuation;
}

export interface CellTexts {
  readonly items: ReadonlyMap<string, ScoreItem>;
  /** By context id. */
  readonly contexts: ReadonlyMap<string, string>;
  /** The question that each context was read for; of several, the first. */
  readonly questions: ReadonlyMap<string, string>;
}

export function cellKey({ sampleId, contextId, target, shown, question }: ScoringCell): string {
  return [sampleId, contextId, target ?? 'summary', shown ?? 'context', question ?? 'own'].join('\n');
}

/**
 * A fixed lead-in for what is read after nothing: a vocabulary without a start token has none to predict the first one from. It costs
 * every model about the same few nats a text.
 */
const NOTHING: Prompt = { type: 'marked', parts: [{ text: '\n' }] };

/** The cell in words, or `undefined` where a text it needs is not known. */
export function toCellRequest(cell: ScoringCell, texts: CellTexts, profile: PromptProfile): CellRequest | undefined {
  const item = texts.items.get(cell.sampleId);
  const context = texts.contexts.get(cell.contextId);
  if (item === undefined || context === undefined) return undefined;
  if (cell.target === 'source') return { name: 'source', prompt: NOTHING, continuation: { text: context, ended: false } };
  const continuation = cell.target === 'answer' ? answerOf(item) : item.continuation;
  const query = cell.question === 'context' ? texts.questions.get(cell.contextId) : item.query;
  if (continuation === undefined || query === undefined) return undefined;
  const { name, text } = shownIn(cell, item, context);
  return { name: `${name}\n${query}`, prompt: profile.scorePrompt(text, query), continuation };
}

function answerOf({ answer }: ScoreItem): Continuation | undefined {
  return answer === undefined ? undefined : { text: answer, ended: true };
}

function shownIn({ shown, contextId }: ScoringCell, item: ScoreItem, context: string): { readonly name: string; readonly text: string } {
  switch (shown) {
    case 'nothing':
      return { name: 'nothing', text: '' };
    case 'summary':
      return { name: `summary ${item.id}`, text: item.continuation.text };
    case undefined:
      return { name: `context ${contextId}`, text: context };
    default:
      return shown satisfies never;
  }
}
