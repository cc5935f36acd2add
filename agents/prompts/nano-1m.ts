import type { PromptProfile } from '../../src/ports/prompt-profile.ts';
import { nanoProfile } from './parts/nano-family.ts';

/**
 * The bundled model of 1 M parameters: spoken to like `nano`, and worth less against the words of the question, so its constants are its
 * own. Level with `nano` in choosing sentences; behind it in bits per byte. The constants go with these
 * weights: other weights, another version.
 */
export const nano1m: PromptProfile = nanoProfile('nano-1m', {
  version: '2',
  sentence: { bm25: 0.8 },
  none: { model: 0.7221, bm25: 0.2738, bias: -1.7849 },
  answer: { nats: 4 },
});
