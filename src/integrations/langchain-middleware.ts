import { type BaseMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { createMiddleware } from 'langchain';
import type { TextCompressor } from '../library/types.ts';

export interface MiddlewareOptions {
  /** Isthmus in this process (`createIsthmus`), or on another host (`connectIsthmus`). */
  readonly isthmus: TextCompressor;
  /** Shorter outputs are left as they are. */
  readonly minCharacters?: number;
  /** Only the outputs of these tools; absent: of all. */
  readonly tools?: readonly string[];
  /** The question that an output is read for, by the messages so far; absent: the last human message. */
  readonly question?: (messages: readonly BaseMessage[], toolCall: { readonly name: string; readonly args: unknown }) => string;
  readonly compressor?: string;
  readonly scorer?: string | null;
  readonly chunks?: number;
  /** Told why an output was left as it is although it is long. An agent never fails for want of a compression. */
  readonly onError?: (error: unknown) => void;
}

/** What the middleware notes in a message's `additional_kwargs.isthmus`. */
export interface CompressedOutput {
  readonly characters: number;
  readonly parts: readonly { readonly bits?: number; readonly start: number; readonly end: number }[];
}

/** About a thousand tokens: below that, a summary saves less than it costs. */
const MIN_CHARACTERS = 4_000;

/**
 * Middleware for `createAgent`: long tool outputs are read for the question at hand, and the agent is given the summaries in their
 * place. Errors of tools, commands and short outputs pass through.
 */
export function isthmusMiddleware(options: MiddlewareOptions) {
  const { minCharacters = MIN_CHARACTERS, tools, question = lastHumanMessage, onError = () => {} } = options;
  return createMiddleware({
    name: 'IsthmusMiddleware',
    wrapToolCall: async (request, handler) => {
      const message = await handler(request);
      const { toolCall, state, runtime } = request;
      if (!ToolMessage.isInstance(message) || message.status === 'error' || message.text.length < minCharacters) return message;
      if (tools !== undefined && !tools.includes(toolCall.name)) return message;
      try {
        return await compressed(message, { question: question(state.messages, toolCall), signal: runtime.signal }, options);
      } catch (error) {
        if (runtime.signal?.aborted === true) throw error;
        onError(error);
        return message;
      }
    },
  });
}

function lastHumanMessage(messages: readonly BaseMessage[]): string {
  return messages.findLast((message) => HumanMessage.isInstance(message))?.text ?? '';
}

async function compressed(
  message: ToolMessage,
  { question, signal }: { readonly question: string; readonly signal: AbortSignal | undefined },
  { isthmus, compressor, scorer, chunks }: MiddlewareOptions,
): Promise<ToolMessage> {
  const { text } = message;
  const { parts, chunkCount, scored } = await isthmus.compress(text, question, { compressor, scorer, chunks, signal });
  const kept = parts.filter(({ decision }) => decision.kept);
  const size = text.length.toLocaleString('en-US');
  const note =
    kept.length === 0
      ? `[${size} characters, ${parts.length} of ${chunkCount} parts read: nothing that helps with the question]`
      : `[${kept.length} passages of ${size} characters; ${parts.length} of ${chunkCount} parts read for the question]`;
  const isthmusData: CompressedOutput = {
    characters: text.length,
    parts: kept.map(({ chunk: { id, span } }) => ({ ...bitsOf(scored?.scores.get(id)), start: span.start, end: span.end })),
  };
  return new ToolMessage({
    content: [...kept.map(({ summary }) => summary.text), note].join('\n'),
    tool_call_id: message.tool_call_id,
    additional_kwargs: { ...message.additional_kwargs, isthmus: isthmusData },
    ...(message.name === undefined ? {} : { name: message.name }),
    ...(message.id === undefined ? {} : { id: message.id }),
    ...(message.status === undefined ? {} : { status: message.status }),
    ...(message.artifact === undefined ? {} : { artifact: message.artifact }),
  });
}

function bitsOf(score: { readonly bits: number } | undefined): { bits?: number } {
  return score === undefined ? {} : { bits: score.bits };
}
