import type { Document, Span } from '../domain/document.ts';
import type { RunState } from '../domain/run.ts';
import type { SourceRow } from '../domain/run-overview.ts';
import type { EngineDeps } from './session.ts';

/** A piece of a source that the predictor was given as it stands. */
export interface ShownChunk {
  readonly documentId: string;
  readonly span: Span;
  readonly text: string;
  readonly tokens: number;
  readonly isRead: boolean;
}

/**
 * What the predictor was given by a strategy that has nothing compressed; none where a compressor read. In the order shown, and counted in
 * the predictor's tokens.
 */
export async function shownChunks(
  { spec, steps, report }: RunState,
  { documents, models }: Pick<EngineDeps, 'documents' | 'models'>,
): Promise<ShownChunk[]> {
  const chats = [...steps.values()].map(({ planned }) => planned.step);
  if (chats.some((step) => step.kind === 'chat' && step.role === 'compress')) return [];
  const evidence = chats.flatMap((step) => (step.kind === 'chat' && step.role === 'predict' ? step.evidence : []));
  const { model } = spec.predictor;
  const texts = evidence.map(({ text }) => text);
  const counts = model === undefined || texts.length === 0 ? [] : await (await models.open(model.name)).model.countTokens(texts);
  const chunks = await documents.findChunks(evidence.flatMap(({ chunkIds }) => chunkIds));
  return evidence.flatMap(({ number, text, chunkIds, quotes }, i): ShownChunk[] => {
    const place = quotes[0] ?? chunks.get(chunkIds[0] ?? '');
    if (place === undefined) return [];
    const { documentId, span } = place;
    return [{ documentId, span, text, tokens: counts[i] ?? 0, isRead: report?.unread?.includes(number) !== true }];
  });
}

export function shownRows(shown: readonly ShownChunk[], documents: ReadonlyMap<string, Document>): SourceRow[] {
  return shown.map(({ documentId, span, text, tokens, isRead }) => {
    const document = documents.get(documentId);
    return {
      uri: document?.uri ?? documentId,
      title: document?.title ?? '',
      span,
      sourceTokens: tokens,
      status: 'text',
      summary: text,
      summaryTokens: tokens,
      kept: isRead,
      reason: isRead ? 'shown to the predictor as it stands' : 'not read by the predictor: no room',
      flags: [],
    };
  });
}
