import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { descendantsOf, runningOf } from './descendants.ts';
import { type OpenAiServer, startOpenAiServer } from './openai-server.ts';
import { type CliProcess, startCli } from './run-cli.ts';
import { waitFor } from './wait-for.ts';

/** Real processes on a folder of their own, whose predictor is a provider that bills what it is asked. */
export interface StopKit extends AsyncDisposable {
  readonly provider: OpenAiServer;
  start(args: readonly string[], env?: Readonly<Record<string, string>>): CliProcess;
  /** Starts `isthmus serve` on a free port. */
  serve(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<{ readonly process: CliProcess; readonly url: string }>;
  /** Sends SIGTERM. Resolves with exit code, how long it took, and how many processes it had started before and has left running. */
  stop(process: CliProcess): Promise<Stopped>;
}

export interface Stopped {
  readonly code: number | null;
  readonly ms: number;
  readonly children: number;
  readonly orphans: number;
}

/** Some two seconds, word by word: long enough to be stopped in. */
const SLOW_ANSWER = {
  type: 'answer',
  text: JSON.stringify({ found: true, answer: 'The canal at Brackwater was opened in 1869 [1].', citations: [{ evidence: 1 }] }),
  tokenDelayMs: 200,
} as const;

/** A compressor that never ends and hears no signal, as a model call does whose process hangs. */
const HANGING = `import { z } from ${JSON.stringify(pathToFileURL(createRequire(import.meta.url).resolve('zod')).href)};
export const plugins = [{
  kind: 'compressor', id: 'hanging', version: '1', summary: 'never ends', requires: [], options: z.strictObject({}),
  create: () => ({ compress: () => { process.stderr.write('hanging\\n'); return new Promise(() => {}); } }),
}];
`;

export async function openStopKit({ hangs = false }: { readonly hangs?: boolean } = {}): Promise<StopKit> {
  const cwd = await mkdtemp(join(tmpdir(), 'isthmus-stop-'));
  const provider = await startOpenAiServer({ fallback: () => SLOW_ANSWER });
  const started: CliProcess[] = [];
  const config = `
models: { big: { provider: openai, model: gpt-4o-mini, baseUrl: '${provider.baseUrl}', apiKeyEnv: KEY_OF_NOBODY } }
compressor: { use: ${hangs ? 'hanging' : 'extractive'}, model: nano }
${hangs ? 'plugins: [./hanging.mjs]' : ''}
predictor: { use: openai, model: big }
scorer: null
`;
  await writeFile(join(cwd, 'isthmus.config.yaml'), config);
  await writeFile(join(cwd, 'hanging.mjs'), HANGING);
  const start: StopKit['start'] = (args, env = {}) => {
    const process = startCli(args, { cwd, env });
    started.push(process);
    return process;
  };
  return {
    provider,
    start,
    serve: async (args, env) => {
      const process = start(['serve', '--port', '0', ...args], env);
      const [, url = ''] = await process.saw(/listening on (http:\S+)/);
      return { process, url };
    },
    stop: async (process) => {
      const children = await descendantsOf(process.child.pid ?? 0);
      const startedAt = performance.now();
      process.child.kill('SIGTERM');
      const { code } = await process.ended;
      const ms = performance.now() - startedAt;
      return { code, ms, children: children.length, orphans: (await runningOf(children)).length };
    },
    [Symbol.asyncDispose]: async () => {
      for (const { child, ended } of started) {
        child.kill('SIGKILL');
        await ended;
      }
      await provider.close();
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

const DOCUMENTS = [
  { uri: 'canal', text: 'The canal at Brackwater was opened in 1869. It rained on that day.' },
  { uri: 'rail', text: 'Coal came by rail. The railway had been opened in 1862.' },
];

/** What was asked of the same database before is taken from it, and no model is loaded then. */
export async function submitRun(url: string, question = 'When was the canal at Brackwater opened?'): Promise<string> {
  const response = await fetch(`${url}/v1/research`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ question, documents: DOCUMENTS }),
  });
  const { id } = (await response.json()) as { id: string };
  return id;
}

interface EndedRun {
  readonly status: string;
  readonly usage: { readonly calls: number; readonly unknown_calls: number };
}

export function endOfRun(url: string, id: string): Promise<EndedRun> {
  return waitFor(
    'the run to end',
    async () => {
      const run = (await (await fetch(`${url}/v1/research/${id}`)).json()) as EndedRun;
      return run.status === 'queued' || run.status === 'in_progress' ? undefined : run;
    },
    60_000,
  );
}

/**
 * The run has its answer, paid once; and every call that has reached the provider is in the ledger. On a machine so busy that a lock was
 * lost, an attempt more may be there as `unknown`.
 */
export function expectAccounted(run: EndedRun, { requests }: OpenAiServer): void {
  expect(run).toMatchObject({ status: 'completed', usage: { calls: 1 } });
  expect(requests.length).toBeGreaterThan(1);
  expect(run.usage.unknown_calls).toBeGreaterThanOrEqual(1);
  expect(run.usage.calls + run.usage.unknown_calls).toBeGreaterThanOrEqual(requests.length);
}

/** What the queue has of remote calls, as a server that shares it tells. */
export async function predictionsAt(url: string): Promise<{ readonly waiting: number; readonly active: number } | undefined> {
  const { queues } = (await (await fetch(`${url}/v1/system`)).json()) as { queues: { name: string; waiting: number; active: number }[] };
  return queues.find(({ name }) => name === 'predict');
}

export function callOf({ requests }: OpenAiServer, count: number): Promise<true> {
  return waitFor('the remote call', async () => (requests.length >= count ? true : undefined), 60_000);
}
