import type { Summary } from '../domain/summary.ts';
import type { CallContext } from './call-context.ts';

export interface CompressionRequest {
  /** The chunk's text. */
  readonly text: string;
  readonly query: string;
  readonly seed: number;
}

/**
 * p(z | x, q): turns one chunk into a summary for one query. An empty chunk gives `none`. Never writes more tokens than its
 * `maxTokens` option; what was cut says `finishReason: 'length'`.
 */
export interface Compressor {
  compress(request: CompressionRequest, context: CallContext): Promise<Summary>;
}
