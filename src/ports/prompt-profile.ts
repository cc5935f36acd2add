import type { Draft } from '../domain/answer.ts';
import type { Span } from '../domain/document.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { CopyConstraint, Prompt, SampledMarker } from './language-model.ts';

/** What a compressor's output said, markers and JSON removed. */
export interface ParsedCompression {
  readonly status: 'text' | 'none';
  readonly text: string;
  /** Words the model says it copied; still to be looked up in the chunk. */
  readonly quotes: readonly string[];
}

/** A sentence of a text and the marker by which the prompt calls it. */
export interface NumberedSentence {
  readonly span: Span;
  readonly marker: string;
}

/**
 * What a model's pointing is worth beside the words of the question (BM25), measured for its weights. With l the log-probabilities of the
 * markers in nats and b the BM25 of the sentences: a sentence ranks by l + bm25 · b, and the log-odds that the text helps at all are
 * model · (ln Σ exp(l of sentences) − l of none) + bm25 · max b + bias.
 */
export interface PointerCalibration {
  readonly sentence: { readonly bm25: number };
  readonly none: { readonly model: number; readonly bm25: number; readonly bias: number };
}

/** What a model wrote: its text, and the markers among it. */
export interface ModelOutput {
  readonly text: string;
  readonly markers?: readonly SampledMarker[];
}

/**
 * How one family of models is spoken to, and how its answers are read: prompt and output contract belong together.
 * The version is part of every step key. Document text comes first and the question after it, so that the KV prefix of a
 * document serves every question.
 */
export interface PromptProfile {
  readonly id: string;
  readonly version: string;
  /**
   * How the training text was normalised. The model's adapter folds whatever the model is shown, asked to score or asked to count;
   * everybody else sees the text as it stands. Absent: nothing is folded.
   */
  fold?(text: string): string;
  /** An upper bound of the tokens that the templates add around document, question and output. */
  readonly overheadTokens: number;
  /** Tokens kept free for the question when chunks are sized, and for the output of a compression. */
  readonly questionTokens: number;
  readonly summaryTokens: number;
  /** The longest chunk that the model reads well, where its context would take more. */
  readonly chunkTokens?: number;
  /** Prompts and outputs of the three roles; `schema`, when present, is what the output is held to. */
  readonly compress: {
    prompt(text: string, query: string): Prompt;
    parse(output: ModelOutput): ParsedCompression;
    readonly schema?: Readonly<Record<string, unknown>>;
    /** How the model is asked for at most so many sentences; absent where it cannot be asked, and its output is only cut. */
    atLength?(sentences: number): {
      prompt(text: string, query: string): Prompt;
      readonly schema?: Readonly<Record<string, unknown>>;
    };
  };
  /** Absent where the model cannot point at sentences. */
  readonly select?: {
    /** The next token after it is the marker of the sentence that answers, or `none`. */
    prompt(text: string, query: string): Prompt;
    /** The sentences as the prompt numbers them, in the order of the text. */
    sentences(text: string): readonly NumberedSentence[];
    /** Says that no sentence helps. */
    readonly none: string;
    /** Absent: the model's own word alone. */
    readonly calibration?: PointerCalibration;
  };
  /** The prompt under which a summary is scored; it begins as the compressor's does, so that its KV prefix serves. */
  scorePrompt(text: string, query: string): Prompt;
  readonly predict: {
    prompt(question: string, evidence: readonly Evidence[]): Prompt;
    parse(output: ModelOutput, evidence: readonly Evidence[]): Draft;
    readonly schema?: Readonly<Record<string, unknown>>;
    readonly outputTokens: number;
    /** What the output is held to copy from; absent for a model that writes. */
    copy?(question: string, evidence: readonly Evidence[]): CopyConstraint;
    /** How many pieces of evidence the model can tell apart at once; absent where only its context sets the limit. */
    readonly maxEvidence?: number;
    /** As the members above, for a model that may ask for evidence in full; absent where it cannot. */
    readonly expanding?: {
      prompt(question: string, evidence: readonly Evidence[]): Prompt;
      parse(output: ModelOutput, evidence: readonly Evidence[]): Draft;
      readonly schema?: Readonly<Record<string, unknown>>;
    };
    /** How the model is asked for what it knows, without evidence; absent where it cannot be. The draft's form is `memory`. */
    readonly closedBook?: {
      prompt(question: string): Prompt;
      parse(output: ModelOutput): Draft;
      readonly schema?: Readonly<Record<string, unknown>>;
    };
  };
  /** Absent where the model cannot plan; then the only planner is `single`. */
  readonly plan?: {
    /** `most`: how many queries are of use. */
    prompt(question: string, most: number): Prompt;
    parse(output: string): readonly string[];
    readonly schema?: Readonly<Record<string, unknown>>;
  };
}
