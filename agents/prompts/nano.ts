import type { PromptProfile } from '../../src/ports/prompt-profile.ts';
import { nanoProfile } from './parts/nano-family.ts';

/**
 * The bundled model of 3 M parameters. A text is shown as numbered sentences, and the model points before it speaks: its first token is
 * the marker of the sentence that answers, or `<|none|>`; an answer is then copied from the sentence it named. It cannot plan or write
 * JSON; its report is a template around the copied words, and says so. The constants go with these weights: other weights, another version.
 */
export const nano: PromptProfile = nanoProfile('nano', {
  version: '2',
  sentence: { bm25: 0.4 },
  none: { model: 0.9174, bm25: 0.2787, bias: -1.5041 },
  answer: { nats: 2 },
});
