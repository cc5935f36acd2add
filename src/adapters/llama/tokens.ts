import type { ChatHistoryItem, ChatWrapper, LlamaModel, Token } from 'node-llama-cpp';
import { resolveChatWrapper } from 'node-llama-cpp';
import { IsthmusError } from '../../domain/errors.ts';
import type { ChatMessage, Prompt } from '../../ports/language-model.ts';
import type { Call } from './protocol.ts';

type ReceivedPrompt = Extract<Call, { op: 'tokenize' }>['input'];

const INNER_START = /^(?:[\p{L}\p{N}\p{M}\uFFFD]|$)/u;
const INNER_END = /(?:^|[\p{L}\p{N}\p{M}\uFFFD])$/u;

/** A prompt as the model reads it, and the tokens that end its answer. */
export interface TokenizedPrompt {
  readonly tokens: readonly Token[];
  /** Counted as the message's end when a continuation is scored. */
  readonly endToken: Token | undefined;
  isEnd(token: Token): boolean;
}

/**
 * Turns prompts into tokens. Text never becomes a special token, whatever it contains; only markers do.
 * Each text part is encoded on its own: a SentencePiece vocabulary with a space prefix then starts every part with `▁`, which
 * is how the rows of the bundled models were built (`sp.encode` per piece, markers between).
 */
export class PromptTokenizer {
  readonly #model: LlamaModel;
  #chat: ChatWrapper | undefined;

  constructor(model: LlamaModel) {
    this.#model = model;
  }

  text(text: string): Token[] {
    return this.#model.tokenize(text, false);
  }

  /** Each token's own words, white space kept; special tokens have none. */
  words(tokens: readonly Token[]): string[] {
    return tokens.map((token, i) => this.#model.detokenize([token], false, tokens.slice(Math.max(0, i - 1), i)));
  }

  /** Whether each token begins at a border of words; one more, true, for the end. A character of several tokens has none inside. */
  borders(tokens: readonly Token[]): boolean[] {
    const words = this.words(tokens);
    return [...words, ' '].map((word, i) => i === 0 || !(INNER_END.test(words[i - 1] ?? '') && INNER_START.test(word)));
  }

  prompt(prompt: Prompt | ReceivedPrompt): TokenizedPrompt {
    return prompt.type === 'marked' ? this.#marked(prompt.parts) : this.#rendered(prompt.messages);
  }

  #marked(parts: readonly ({ readonly marker: string } | { readonly text: string })[]): TokenizedPrompt {
    const { bos, eos } = this.#model.tokens;
    const tokens = parts.flatMap((part) => ('marker' in part ? [this.marker(part.marker)] : this.text(part.text)));
    return {
      tokens: bos === null ? tokens : [bos, ...tokens],
      endToken: eos ?? undefined,
      isEnd: (token) => this.#model.isEogToken(token),
    };
  }

  /** A marker must be exactly one special token: a model that does not know it would read it as loose characters. */
  marker(marker: string): Token {
    const tokens = this.#model.tokenize(marker, true);
    const [token] = tokens;
    if (tokens.length !== 1 || token === undefined || !this.#model.isSpecialToken(token)) {
      throw new IsthmusError(
        'invalid-input',
        `The marker ${marker} is no special token of this model (${tokens.length} tokens); its prompt profile is for another model.`,
      );
    }
    return token;
  }

  /** The special tokens among `tokens`, each with the number of characters that stand before it. */
  markers(tokens: readonly Token[]): { marker: string; at: number }[] {
    const model = this.#model;
    return tokens.flatMap((token, i) =>
      model.isSpecialToken(token) ? [{ marker: model.detokenize([token], true), at: model.detokenize(tokens.slice(0, i)).length }] : [],
    );
  }

  #rendered(messages: readonly ChatMessage[]): TokenizedPrompt {
    this.#chat ??= resolveChatWrapper(this.#model);
    const { contextText, stopGenerationTriggers } = this.#chat.generateContextState({ chatHistory: toHistory(messages) });
    const stops = stopGenerationTriggers.map((trigger) => trigger.tokenize(this.#model.tokenizer)).filter((tokens) => tokens.length === 1);
    const stopTokens = new Set(stops.flat());
    const { eot, eos } = this.#model.tokens;
    return {
      tokens: contextText.tokenize(this.#model.tokenizer),
      endToken: eot ?? eos ?? undefined,
      isEnd: (token) => stopTokens.has(token) || this.#model.isEogToken(token),
    };
  }
}

/** The wrappers open the model's turn themselves when the history ends with an empty response. */
function toHistory(messages: readonly ChatMessage[]): ChatHistoryItem[] {
  const history = messages.map(toHistoryItem);
  return history.at(-1)?.type === 'model' ? history : [...history, { type: 'model', response: [] }];
}

function toHistoryItem({ role, content }: ChatMessage): ChatHistoryItem {
  switch (role) {
    case 'system':
      return { type: 'system', text: content };
    case 'user':
      return { type: 'user', text: content };
    case 'assistant':
      return { type: 'model', response: [content] };
  }
}
