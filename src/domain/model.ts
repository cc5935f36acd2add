/** What a plugin may ask of a model; checked against the model before the first job. */
export type Capability = 'generate' | 'score-continuation' | 'score-markers' | 'embed';

/**
 * Which weights under which settings: part of every step key and every score.
 * Two models with equal identities give equal results; a changed file or cache type is another identity.
 */
export interface ModelIdentity {
  readonly provider: 'llama' | 'openai' | 'scripted';
  /** The name in the configuration, by which a worker on another host finds its own copy. */
  readonly name: string;
  /** SHA-256 of the weights, or absent where only the provider knows. */
  readonly fileHash?: string;
  /** Everything else that changes results: KV type, flash attention, the provider's model name, the prompt profile. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/** The provider's own name of a model, under which its price stands. */
export function nameAtProvider({ settings, name }: ModelIdentity): string {
  return String(settings['model'] ?? name);
}

/** The dimensions that the FLOPs formulas need, read from GGUF metadata. */
export interface ModelShape {
  readonly parameters: number;
  readonly layers: number;
  readonly modelDim: number;
  readonly feedForwardDim: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabulary: number;
}
