import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { CompletionUsage } from 'openai/resources/completions';

/** What a stream of chunks adds up to. */
export interface StreamedAnswer {
  readonly text: string;
  /** What a reasoning model says to itself, where the server shows it; billed, and no part of the text. */
  readonly reasoning: string;
  /** As the provider calls it; absent when the stream ended without one. */
  readonly finishReason?: string;
  readonly usage?: ProviderUsage;
  readonly chunks: number;
}

interface ProviderUsage {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  /** The part of `outputTokens` that is not in the text. */
  readonly reasoningTokens: number;
}

/** Reads a stream to its end. Nothing in a chunk is trusted to be there: half the servers leave something out. */
export async function readStream(stream: AsyncIterable<ChatCompletionChunk>, onChunk: () => void): Promise<StreamedAnswer> {
  const text: string[] = [];
  const refusal: string[] = [];
  const reasoning: string[] = [];
  let finishReason: string | undefined;
  let usage: ProviderUsage | undefined;
  let chunks = 0;
  for await (const chunk of stream as AsyncIterable<LooseChunk | null>) {
    onChunk();
    chunks++;
    const choice = chunk?.choices?.[0];
    push(text, choice?.delta?.content);
    push(refusal, choice?.delta?.refusal);
    push(reasoning, choice?.delta?.reasoning_content ?? choice?.delta?.reasoning);
    finishReason = choice?.finish_reason ?? finishReason;
    usage = toProviderUsage(chunk?.usage) ?? usage;
  }
  return {
    // A refusal is what the model said: the reader of the output decides what it means.
    text: text.join('') || refusal.join(''),
    reasoning: reasoning.join(''),
    chunks,
    ...(finishReason === undefined ? {} : { finishReason }),
    ...(usage === undefined ? {} : { usage }),
  };
}

interface LooseChunk {
  readonly choices?: readonly { readonly delta?: LooseDelta; readonly finish_reason?: string | null }[] | null;
  readonly usage?: Partial<CompletionUsage> | null;
}

interface LooseDelta {
  readonly content?: unknown;
  readonly refusal?: unknown;
  /** DeepSeek, vLLM, llama.cpp. */
  readonly reasoning_content?: unknown;
  /** OpenRouter, Ollama. */
  readonly reasoning?: unknown;
}

function toProviderUsage(usage: Partial<CompletionUsage> | null | undefined): ProviderUsage | undefined {
  const promptTokens = toCount(usage?.prompt_tokens);
  const outputTokens = toCount(usage?.completion_tokens);
  if (promptTokens === undefined || outputTokens === undefined) return undefined;
  const cached = toCount(usage?.prompt_tokens_details?.cached_tokens) ?? 0;
  const reasoning = toCount(usage?.completion_tokens_details?.reasoning_tokens) ?? 0;
  return { promptTokens, outputTokens, cachedTokens: Math.min(cached, promptTokens), reasoningTokens: Math.min(reasoning, outputTokens) };
}

function toCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

function push(parts: string[], part: unknown): void {
  if (typeof part === 'string') parts.push(part);
}
