import { ContextualCompressionRetriever } from '@langchain/classic/retrievers/contextual_compression';
import { Document } from '@langchain/core/documents';
import { AIMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { BaseRetriever } from '@langchain/core/retrievers';
import { tool } from '@langchain/core/tools';
import { FakeStreamingChatModel } from '@langchain/core/utils/testing';
import { createAgent } from 'langchain';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { connectIsthmus } from '../library/connect-isthmus.ts';
import type { TextCompressor } from '../library/types.ts';
import type { InlineDocument } from '../ports/research-service.ts';
import { type Installation, openInstallation, sampleDocuments } from '../testing/installation.ts';
import { IsthmusDocumentCompressor, isthmusMiddleware } from './langchain.ts';

const QUESTION = 'When was the light of the Skerry Point Lighthouse first lit?';
const { redisUrl, databaseUrl } = inject('servers');

/** Finds everything it was given, as it is. */
class Everything extends BaseRetriever {
  lc_namespace = ['test'];
  readonly documents: readonly InlineDocument[];
  constructor(documents: readonly InlineDocument[]) {
    super();
    this.documents = documents;
  }
  override async _getRelevantDocuments() {
    return this.documents.map(({ uri, text }) => new Document({ pageContent: text, metadata: { uri }, id: uri }));
  }
}

/** Calls the tool once, and ends. */
class OneCall extends FakeStreamingChatModel {
  override bindTools() {
    return this;
  }
  override async _generate(messages: unknown[]) {
    const isTold = ToolMessage.isInstance(messages.at(-1) as ToolMessage);
    const message = isTold
      ? new AIMessage('Done.')
      : new AIMessage({ content: '', tool_calls: [{ id: 'call-1', name: 'read', args: {} }] });
    return { generations: [{ text: message.text, message }] };
  }
}

describe.skipIf(redisUrl === null || databaseUrl === null)('LangChain with Isthmus on another host', { timeout: 120_000 }, () => {
  let installation: Installation;
  let isthmus: TextCompressor;
  let url: string;
  let documents: readonly InlineDocument[];

  beforeAll(async () => {
    installation = await openInstallation();
    const [apiKey, server] = await Promise.all([installation.key('acme'), installation.serve('--port', '0')]);
    ({ url } = server);
    isthmus = connectIsthmus({ url, apiKey });
    documents = await sampleDocuments();
  }, 120_000);
  afterAll(() => installation?.[Symbol.asyncDispose]());

  it('compresses what a ContextualCompressionRetriever has found, with bits of the real model and quotes of the sources', async () => {
    const baseCompressor = new IsthmusDocumentCompressor({ isthmus, compressor: 'extractive' });
    const retriever = new ContextualCompressionRetriever({ baseCompressor, baseRetriever: new Everything(documents) });
    const found = await retriever.invoke(QUESTION);
    expect(found[0]).toMatchObject({ id: 'skerry-point-lighthouse.md', metadata: { uri: 'skerry-point-lighthouse.md' } });
    const total = documents.reduce((sum, { text }) => sum + text.length, 0);
    expect(found.map(({ pageContent }) => pageContent).join(' ').length).toBeLessThan(total / 2);
    for (const { metadata } of found) {
      const { bits, saturation, quotes, source } = metadata['isthmus'];
      expect(bits).toBeTypeOf('number');
      expect(saturation).toBeLessThanOrEqual(1);
      expect(quotes.length).toBeGreaterThan(0);
      for (const { text, span } of quotes) expect(documents[source]?.text.slice(span.start, span.end)).toBe(text);
    }
  });

  it("puts summaries in the place of a tool's long output, for an agent of createAgent", async () => {
    const output = documents.map(({ text }) => text).join('\n\n');
    const read = tool(async () => output, { name: 'read', description: 'reads', schema: z.object({}) });
    const errors: unknown[] = [];
    const middleware = isthmusMiddleware({ isthmus, compressor: 'extractive', onError: (error) => errors.push(error) });
    const agent = createAgent({ model: new OneCall({}), tools: [read], middleware: [middleware] });
    const { messages } = await agent.invoke({ messages: [new HumanMessage(QUESTION)] });
    const told = messages.find((message) => ToolMessage.isInstance(message));
    expect(errors).toEqual([]);
    expect(told?.text.length).toBeLessThan(output.length / 2);
    expect(told?.text).toMatch(/passages of [\d,]+ characters/);
    expect(told?.additional_kwargs['isthmus']).toMatchObject({ characters: output.length });
  });

  it('says what is wrong: a key, a plugin, a question too long, a signal, a server that is not there', async () => {
    const ask = (from: TextCompressor, question = QUESTION, options = {}) => from.compress('Some text of no use.', question, options);
    await expect(ask(connectIsthmus({ url, apiKey: 'isk_nothing-of-the-kind' }))).rejects.toMatchObject({
      code: 'provider-rejected',
      isRetryable: false,
      message: expect.stringContaining('Authorization'),
    });
    await expect(ask(isthmus, QUESTION, { compressor: 'magic' })).rejects.toMatchObject({ code: 'unknown-plugin' });
    await expect(ask(isthmus, 'why '.repeat(2_000))).rejects.toMatchObject({ code: 'context-overflow' });
    await expect(ask(isthmus, QUESTION, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    await expect(ask(connectIsthmus({ url: 'http://127.0.0.1:9' }))).rejects.toMatchObject({
      code: 'provider-unavailable',
      isRetryable: true,
    });
    await expect(ask(connectIsthmus({ url, fetch: async () => new Response('<html>') }))).rejects.toMatchObject({
      code: 'output-unparseable',
    });
  });
});
