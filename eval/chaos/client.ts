import { setTimeout as delay } from 'node:timers/promises';
import { DOCUMENTS, questionOf } from './answers.ts';
import type { Member } from './members.ts';
import type { PlannedRun } from './schedule.ts';

/** With a limit, so that money is set aside for each call. */
const BUDGET = { usd: 1 };
const ANSWER_MS = 10_000;

/**
 * Submits a run as a client behind a load balancer does: to whoever answers, with the same key until somebody has taken it.
 * @throws Error when nobody has within `patienceMs`, or when it is refused
 */
export async function submit({ key, number }: PlannedRun, members: readonly Member[], patienceMs: number): Promise<string> {
  const deadline = Date.now() + patienceMs;
  const body = JSON.stringify({ question: questionOf(number), documents: DOCUMENTS, budget: BUDGET });
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  for (let attempt = 0; ; attempt++) {
    const apis = members.filter(({ url }) => url !== '');
    const url = `${apis[attempt % apis.length]?.url}/v1/research`;
    const request = { method: 'POST', headers, body, signal: AbortSignal.timeout(ANSWER_MS) };
    const response = await fetch(url, request).catch(() => undefined);
    if (response?.ok) return String(((await response.json()) as { id: string }).id);
    if (response !== undefined && response.status < 500) throw new Error(`${key}: ${response.status} ${await response.text()}`);
    if (Date.now() > deadline)
      throw new Error(`${key}: nobody took it within ${patienceMs} ms (last: ${response?.status ?? 'no answer'}).`);
    await delay(300);
  }
}
