import type { Draft } from '../domain/answer.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Prompt } from './language-model.ts';

/** What a compressor's output said, markers and JSON removed. */
export interface ParsedCompression {
  readonly status: 'text' | 'none';
  readonly text: string;
  /** Words the model says it copied; still to be looked up in the chunk. */
  readonly quotes: readonly string[];
}

/**
 * How one family of models is spoken to, and how its answers are read: prompt and output contract belong together.
 * The version is part of every step key. Document text comes first and the question after it, so that the KV prefix of a
 * document serves every question.
 */
export interface PromptProfile {
  readonly id: string;
  readonly version: string;
  /** An upper bound of the tokens that the templates add around document, question and output. */
  readonly overheadTokens: number;
  /** Tokens kept free for the question when chunks are sized, and for the output of a compression. */
  readonly questionTokens: number;
  readonly summaryTokens: number;
  /** Prompts and outputs of the three roles; `schema`, when present, is what the output is held to. */
  readonly compress: {
    prompt(text: string, query: string): Prompt;
    parse(output: string): ParsedCompression;
    readonly schema?: Readonly<Record<string, unknown>>;
  };
  /** The prompt under which a summary is scored; equal to the compressor's, so that its KV prefix serves. */
  scorePrompt(text: string, query: string): Prompt;
  readonly predict: {
    prompt(question: string, evidence: readonly Evidence[]): Prompt;
    parse(output: string, evidence: readonly Evidence[]): Draft;
    readonly schema?: Readonly<Record<string, unknown>>;
    readonly outputTokens: number;
    /** How many pieces of evidence the model was trained to read at once; absent where only its context sets the limit. */
    readonly maxEvidence?: number;
  };
  /** Absent where the model cannot plan; then the only planner is `single`. */
  readonly plan?: {
    prompt(question: string): Prompt;
    parse(output: string): readonly string[];
    readonly schema?: Readonly<Record<string, unknown>>;
  };
}
