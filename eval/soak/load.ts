import { setTimeout as delay } from 'node:timers/promises';
import { DOCUMENTS, questionOf } from '../chaos/answers.ts';

/** Other doors than a run's are opened once for so many runs. */
const ASIDE_EVERY = 5;
const PATIENCE_MS = 120_000;

export interface Load {
  /** Of the servers, asked in turn. */
  readonly urls: readonly string[];
  /** Between the end of a run and the next. */
  readonly pauseMs: number;
  /** Whether each run brings a document of its own, so that nothing was read before. */
  readonly hasOwnDocuments: boolean;
}

export interface Served {
  runs: number;
  /** What was answered otherwise than expected, in words. */
  readonly troubles: string[];
}

/** One client after another: submits, follows the events to the end, reads the report, and now and then opens the other doors. */
export async function keepAsking(load: Load, served: Served, signal: AbortSignal): Promise<void> {
  for (let number = 0; !signal.aborted; number++) {
    await visit(number, load).then(
      () => {
        served.runs += 1;
      },
      (error: unknown) => served.troubles.push(error instanceof Error ? error.message : String(error)),
    );
    await delay(load.pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

async function visit(number: number, load: Load): Promise<void> {
  const url = load.urls[number % load.urls.length] ?? '';
  await askOnce(url, number, load);
  if (number % ASIDE_EVERY === 0) await lookAside(url, number);
}

async function askOnce(url: string, number: number, { hasOwnDocuments }: Load): Promise<void> {
  const own = hasOwnDocuments ? [{ uri: `own-${number}.md`, text: `Visitor ${number} has written: the lock keeper lives in Ayling.` }] : [];
  const body = JSON.stringify({ question: questionOf(number), documents: [...DOCUMENTS, ...own] });
  const submitted = await call(`${url}/v1/research`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const { id } = JSON.parse(submitted) as { id: string };
  await call(`${url}/v1/research/${id}/events`);
  const { status } = JSON.parse(await call(`${url}/v1/research/${id}`)) as { status: string };
  if (status !== 'completed') throw new Error(`Run ${id} is ${status}.`);
  await call(`${url}/v1/research/${id}/report?format=html`);
}

async function lookAside(url: string, number: number): Promise<void> {
  await call(`${url}/v1/research?limit=20`);
  await call(`${url}/metrics`);
  const text = `${DOCUMENTS[number % DOCUMENTS.length]?.text} Seen by visitor ${number}.`;
  const body = JSON.stringify({ question: questionOf(number), text });
  await call(`${url}/v1/compress`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

async function call(url: string, request: RequestInit = {}): Promise<string> {
  const response = await fetch(url, { ...request, signal: AbortSignal.timeout(PATIENCE_MS) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${new URL(url).pathname}: ${response.status} ${text.slice(0, 200)}`);
  return text;
}
