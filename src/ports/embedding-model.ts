import type { ModelIdentity } from '../domain/model.ts';
import type { Usage } from '../domain/usage.ts';
import type { CallContext } from './call-context.ts';

/** Turns texts into vectors whose cosine says how near their meanings are. */
export interface EmbeddingModel {
  readonly identity: ModelIdentity;
  /** Loads if needed. */
  dimensions(): Promise<number>;
  /** In the order given, each of unit length. `purpose`: some models read questions and passages differently. */
  embed(
    texts: readonly string[],
    options: { readonly purpose: 'query' | 'passage' },
    context: CallContext,
  ): Promise<{ readonly vectors: readonly Float32Array[]; readonly usage: Usage }>;
}
