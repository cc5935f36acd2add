import { Document } from '@langchain/core/documents';
import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { BaseRetriever } from '@langchain/core/retrievers';
import { BaseDocumentCompressor } from '@langchain/core/retrievers/document_compressors';
import { tool } from '@langchain/core/tools';
import { FakeStreamingChatModel } from '@langchain/core/utils/testing';
import { createAgent } from 'langchain';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createIsthmus } from '../library/create-isthmus.ts';
import { createReader } from '../testing/research.ts';
import { createScriptedTools } from '../testing/scripted-tools.ts';
import { IsthmusDocumentCompressor, isthmusMiddleware } from './langchain.ts';

const QUESTION = 'When was the canal at Brackwater opened?';

/** The sentence of a text that is of the canal, if there is one. */
function openScripted() {
  // Chunks of thirty words.
  const model = createReader({
    contextTokens: 100,
    reply: (_request, prompt) => {
      const [, text = ''] = /<text> ([\s\S]*?) <question>/.exec(prompt) ?? [];
      const sentences = text.match(/[^.]+\./g) ?? [];
      return sentences.find((one) => /canal at/i.test(one))?.trim() ?? sentences.find((one) => /canal/i.test(one))?.trim() ?? 'NONE';
    },
  });
  const config = { compressor: { use: 'abstractive', model: 'nano' } };
  return createIsthmus({ tools: createScriptedTools({ model, config }) });
}

const DOCUMENTS = [
  new Document({ pageContent: 'It rained for days. Nobody went out.', metadata: { page: 1 }, id: 'rain' }),
  new Document({ pageContent: 'Salt came down the canal by boat. The toll was two pence.', metadata: { page: 2 }, id: 'salt' }),
  new Document({ pageContent: 'The canal at Brackwater was opened in 1869. It is 13 km long.', metadata: { page: 3 }, id: 'opening' }),
  new Document({ pageContent: 'The railway came later. It took the coal.', metadata: { page: 4 }, id: 'rail' }),
];

describe('the document compressor', () => {
  it('gives summaries in the place of documents, the most relevant first, and drops what does not help', async () => {
    await using isthmus = await openScripted();
    const compressor = new IsthmusDocumentCompressor({ isthmus });
    expect(BaseDocumentCompressor.isBaseDocumentCompressor(compressor)).toBe(true);
    const found = await compressor.compressDocuments(DOCUMENTS, QUESTION);
    expect(found.map(({ pageContent }) => pageContent)[0]).toBe('The canal at Brackwater was opened in 1869.');
    expect(found.map(({ id }) => id)).not.toContain('rain');
    expect(found[0]).toMatchObject({ id: 'opening', metadata: { page: 3, isthmus: { source: 2 } } });
    for (const { metadata } of found) {
      const { bits, saturation, quotes, source, relevance } = metadata['isthmus'];
      expect(bits).toBeGreaterThan(0);
      expect(saturation).toBeLessThanOrEqual(1);
      expect(relevance).toBeGreaterThan(0);
      const text = DOCUMENTS[source]?.pageContent ?? '';
      for (const quote of quotes) expect(text.slice(quote.span.start, quote.span.end)).toBe(quote.text);
      expect(quotes.length).toBeGreaterThan(0);
    }
  });

  it('works behind a retriever, as LangChain chains them', async () => {
    class Everything extends BaseRetriever {
      lc_namespace = ['test'];
      override async _getRelevantDocuments() {
        return DOCUMENTS;
      }
    }
    await using isthmus = await openScripted();
    const compressor = new IsthmusDocumentCompressor({ isthmus, scorer: null });
    const chain = new Everything().pipe((documents) => compressor.compressDocuments(documents, QUESTION));
    const [best] = await chain.invoke(QUESTION);
    expect(best?.pageContent).toContain('1869');
    expect(best?.metadata['isthmus']).not.toHaveProperty('bits');
  });

  it('gives nothing for nothing', async () => {
    await using isthmus = await openScripted();
    const compressor = new IsthmusDocumentCompressor({ isthmus });
    expect(await compressor.compressDocuments([], QUESTION)).toEqual([]);
    expect(await compressor.compressDocuments([new Document({ pageContent: ' ' })], QUESTION)).toEqual([]);
    expect(await compressor.compressDocuments(DOCUMENTS.slice(0, 1), QUESTION)).toEqual([]);
  });

  it('stops when it is told to', async () => {
    await using isthmus = await openScripted();
    const compressor = new IsthmusDocumentCompressor({ isthmus, signal: AbortSignal.abort() });
    await expect(compressor.compressDocuments(DOCUMENTS, QUESTION)).rejects.toMatchObject({ code: 'aborted' });
  });
});

const LONG = `${DOCUMENTS.map(({ pageContent }) => pageContent).join('\n\n')}\n\n${'The weather was as it is. '.repeat(300)}`;

/** Calls the tool once, and ends with what the tool has said. */
class OneCall extends FakeStreamingChatModel {
  readonly seen: BaseMessage[][] = [];
  override bindTools() {
    return this;
  }
  override async _generate(messages: BaseMessage[]) {
    this.seen.push(messages);
    const last = messages.at(-1);
    const message = ToolMessage.isInstance(last)
      ? new AIMessage('Done.')
      : new AIMessage({ content: '', tool_calls: [{ id: 'call-1', name: 'lookup', args: { word: 'canal' } }] });
    return { generations: [{ text: message.text, message }] };
  }
}

async function ask(middleware: ReturnType<typeof isthmusMiddleware>, output: string | (() => never)): Promise<ToolMessage> {
  const lookup = tool(async () => (typeof output === 'string' ? output : output()), {
    name: 'lookup',
    description: 'Looks a word up.',
    schema: z.object({ word: z.string() }),
  });
  const agent = createAgent({ model: new OneCall({}), tools: [lookup], middleware: [middleware] });
  const { messages } = await agent.invoke({ messages: [new HumanMessage(QUESTION)] });
  const message = messages.find((one) => ToolMessage.isInstance(one));
  if (message === undefined) throw new Error('The tool was not called.');
  return message as ToolMessage;
}

describe('the middleware', () => {
  it('gives an agent the summaries of a long tool output, for the question it was asked', async () => {
    await using isthmus = await openScripted();
    const message = await ask(isthmusMiddleware({ isthmus }), LONG);
    expect(message.text).toContain('The canal at Brackwater was opened in 1869.');
    expect(message.text.length).toBeLessThan(LONG.length / 10);
    expect(message).toMatchObject({ tool_call_id: 'call-1', name: 'lookup', additional_kwargs: { isthmus: { characters: LONG.length } } });
  });

  it('leaves short outputs, other tools and failures as they are', async () => {
    await using isthmus = await openScripted();
    expect((await ask(isthmusMiddleware({ isthmus, minCharacters: LONG.length + 1 }), LONG)).text).toBe(LONG);
    expect((await ask(isthmusMiddleware({ isthmus, tools: ['search'] }), LONG)).text).toBe(LONG);
  });

  it('keeps the output when it cannot be compressed, and says why', async () => {
    await using isthmus = await openScripted();
    const errors: unknown[] = [];
    const middleware = isthmusMiddleware({ isthmus, question: () => 'why '.repeat(99), onError: (error) => errors.push(error) });
    expect((await ask(middleware, LONG)).text).toBe(LONG);
    expect(errors).toEqual([expect.objectContaining({ code: 'context-overflow' })]);
  });

  it('says so when nothing in an output helps', async () => {
    await using isthmus = await openScripted();
    const message = await ask(isthmusMiddleware({ isthmus }), 'The weather was as it is. '.repeat(300));
    expect(message.text).toMatch(/^\[.*nothing that helps with the question\]$/);
  });
});
