import type { Capability, ModelIdentity, ModelShape } from '../domain/model.ts';
import type { Continuation } from '../domain/summary.ts';
import type { Usage } from '../domain/usage.ts';
import type { CallContext } from './call-context.ts';

/**
 * A prompt is structure, not a string: a `text` part never yields special tokens, whatever it contains, so a source
 * cannot forge a marker. `chat` is rendered by the model's own template.
 */
export type Prompt =
  | { readonly type: 'marked'; readonly parts: readonly PromptPart[] }
  | { readonly type: 'chat'; readonly messages: readonly ChatMessage[] };

export type PromptPart = { readonly marker: string } | { readonly text: string };

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** An output made of others' words: the marker of one of the texts and then a stretch of that text, or `none` alone. */
export interface CopyConstraint {
  readonly sources: readonly { readonly marker: string; readonly text: string }[];
  readonly none: string;
  /** Words that are copied only for want of better: each of their tokens costs so many nats. */
  readonly avoid?: { readonly words: readonly string[]; readonly nats: number };
}

export interface GenerateRequest {
  readonly prompt: Prompt;
  readonly maxTokens: number;
  /** 0 is greedy and deterministic; above it, `seed` decides. */
  readonly temperature: number;
  readonly seed: number;
  /** JSON schema that the output must follow, where the model can be held to one. */
  readonly schema?: Readonly<Record<string, unknown>>;
  /** Texts that the output must be a stretch of, where the model can be held to them; it is then greedy, whatever the temperature. */
  readonly copy?: CopyConstraint;
}

export interface GenerateResult {
  readonly text: string;
  /** Absent when the provider does not tell. Excludes the end token. */
  readonly tokenIds?: readonly number[];
  readonly tokenCount: number;
  /** Markers among the tokens, in their order; `text` holds none of them. Absent: none, or the provider does not tell. */
  readonly markers?: readonly SampledMarker[];
  /** `length`: the limit was met; a value the caller must handle, never a dropped result. */
  readonly finishReason: 'stop' | 'length';
  readonly usage: Usage;
}

/** A special token that the model wrote; a text can look like it, but never be it. */
export interface SampledMarker {
  readonly marker: string;
  /** Where in the text it stood: the number of characters before it. */
  readonly at: number;
}

/** Several continuations of one prompt: the prompt is evaluated once. */
export interface ScoreRequest {
  readonly prompt: Prompt;
  readonly continuations: readonly Continuation[];
  /** Also tell the words of each token. */
  readonly withTexts?: boolean;
}

export interface ScoreContinuationsResult {
  /** In the order asked. Nats, ≤ 0, one per token of the continuation (the end token last, if it counts). */
  readonly tokenLogProbs: readonly (readonly number[])[];
  /** The words of each token, when asked for; the end token is an empty one. Joined, about the continuation's text. */
  readonly tokenTexts?: readonly (readonly string[])[];
  readonly usage: Usage;
}

/** Which of some markers comes next: one position, so one evaluation of the prompt, and nothing is generated. */
export interface ScoreMarkersRequest {
  readonly prompt: Prompt;
  readonly markers: readonly string[];
}

export interface ScoreMarkersResult {
  /** In the order asked. Nats, ≤ 0, normalised over the whole vocabulary and not over the markers. */
  readonly logProbs: readonly number[];
  readonly usage: Usage;
}

/**
 * The one door to models. Loading happens on first use; errors: `model-load-failed`, `model-crashed` (retryable),
 * `context-overflow` (with the figures, never truncated), `aborted`, and the `provider-…` codes.
 */
export interface LanguageModel {
  readonly identity: ModelIdentity;
  readonly capabilities: readonly Capability[];
  /** Loads if needed and tells the dimensions. */
  describe(): Promise<ModelDescription>;
  /** Token counts of plain texts, special tokens and markers excluded, in the order given. */
  countTokens(texts: readonly string[]): Promise<readonly number[]>;
  /** Where a local model computes, once it is loaded: `cpu`, `cuda`, `metal`, `vulkan`. Loads it if needed. */
  device?(): Promise<string>;
  generate(request: GenerateRequest, context: CallContext): Promise<GenerateResult>;
  scoreContinuations?(request: ScoreRequest, context: CallContext): Promise<ScoreContinuationsResult>;
  scoreMarkers?(request: ScoreMarkersRequest, context: CallContext): Promise<ScoreMarkersResult>;
}

export interface ModelDescription {
  /** Prompt and output together may not exceed this many tokens. */
  readonly contextTokens: number;
  readonly shape?: ModelShape;
}
