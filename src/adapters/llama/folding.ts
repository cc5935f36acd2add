import type { CopyConstraint } from '../../ports/language-model.ts';
import type { Call, GenerateInput } from './protocol.ts';

type Message = Extract<Call, { op: 'tokenize' }>['input'];

/** Every text of a prompt as the model reads it; markers are left alone. */
export function foldPrompt(prompt: Message, fold: (text: string) => string): Message {
  if (prompt.type === 'chat') return { ...prompt, messages: prompt.messages.map((one) => ({ ...one, content: fold(one.content) })) };
  return { ...prompt, parts: prompt.parts.map((part) => ('text' in part ? { text: fold(part.text) } : part)) };
}

/** As a message of its own: the port's constraint is read-only. */
export function foldCopy({ sources, none, avoid }: CopyConstraint, fold: (text: string) => string): NonNullable<GenerateInput['copy']> {
  return {
    sources: sources.map(({ marker, text }) => ({ marker, text: fold(text) })),
    none,
    ...(avoid === undefined ? {} : { avoid: { words: avoid.words.map(fold), nats: avoid.nats } }),
  };
}

/** The words of scored tokens in the letters of the source, where folding changed letters and not their number. */
export function respell(tokenTexts: readonly string[], source: string): readonly string[] {
  const joined = tokenTexts.join('');
  const letters = source.trim();
  if (joined.trim().length !== letters.length) return tokenTexts;
  let at = joined.trimStart().length - joined.length;
  return tokenTexts.map((text) => {
    const own = Array.from({ length: text.length }, (_, i) => letters[at + i] ?? text[i] ?? '').join('');
    at += text.length;
    return own;
  });
}
