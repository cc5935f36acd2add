import { describe, expect, it } from 'vitest';
import { openLiveKit } from '../testing/live-kit.ts';
import { createHeldReader, DOCUMENTS } from '../testing/service-bench.ts';
import { waitFor } from '../testing/wait-for.ts';

describe("a real run's stream", { timeout: 120_000 }, () => {
  it('shows signs of life while a model thinks; the run goes on without the client, who finds its end stored', async () => {
    const { model, release, asked } = createHeldReader();
    await using kit = await openLiveKit({ model, limits: { heartbeatMs: 20, streamsAtOnce: 1 } });
    const { status, json } = await kit.call('/v1/research', { body: { question: 'When was the canal opened?', documents: DOCUMENTS } });
    expect(status).toBe(202);
    const path = `/v1/research/${json.id}`;
    await asked();
    const reader = (await fetch(`${kit.url}${path}/events`)).body?.getReader();
    let text = '';
    while (!/event: steps-planned[\s\S]*: still here/.test(text)) text += new TextDecoder().decode((await reader?.read())?.value);
    await reader?.cancel();
    release();
    const run = await waitFor('the end', async () => {
      const answer = await kit.call(path);
      return answer.json.status === 'completed' ? answer.json : undefined;
    });
    const stored = await waitFor('room for a stream', async () => {
      const answer = await kit.call(`${path}/events`);
      return answer.status === 200 ? answer.text : undefined;
    });
    const ids = [...stored.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
    expect(ids).toEqual(Array.from({ length: run.last_sequence }, (_, i) => i + 1));
    expect(stored).toMatch(/event: run-completed\nid: \d+\ndata: .+\n\n$/);
    expect((await kit.call(`${path}/events?after=${run.last_sequence}`)).status).toBe(204);
    expect(kit.errors).toEqual([]);
  });
});
