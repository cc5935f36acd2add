import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenAiServer, startOpenAiServer } from './openai-server.ts';
import { type CliProcess, startCli } from './run-cli.ts';

/** Words that stand in what a run is given and makes, and nowhere else. Whoever watches must not find one of them. */
export const CANARIES = {
  question: 'zirconquestion',
  document: 'quokkadocument',
  file: 'gannetfile',
  answer: 'tamarindanswer',
  key: 'sk-canarykey0123456789abcdef',
  tenant: 'pelicantenant',
} as const;

export const JOB = {
  question: `When was the ${CANARIES.question} canal at Brackwater opened?`,
  documents: [
    {
      uri: `${CANARIES.file}.md`,
      text: `The ${CANARIES.document} canal at Brackwater was opened in 1869. It rained on that day at the canal.`,
    },
    { uri: 'rail.md', text: `Coal came by rail to the ${CANARIES.document}. The railway had been opened in 1862.` },
  ],
} as const;

export function expectNoCanary(text: string): void {
  for (const [what, canary] of Object.entries(CANARIES)) {
    const at = text.toLowerCase().indexOf(canary.toLowerCase());
    if (at >= 0) throw new Error(`The ${what} was told: …${text.slice(Math.max(0, at - 200), at + 80)}…`);
  }
}

/** Real processes of `isthmus` whose predictor is a provider, and whose other models are the bundled one. */
export interface WatchingKit extends AsyncDisposable {
  readonly provider: OpenAiServer;
  start(args: readonly string[], env?: Readonly<Record<string, string>>): CliProcess;
}

export async function openWatchingKit(): Promise<WatchingKit> {
  const cwd = await mkdtemp(join(tmpdir(), 'isthmus-watching-'));
  const answer = JSON.stringify({ found: true, answer: `It was opened in 1869, ${CANARIES.answer} [1].`, citations: [{ evidence: 1 }] });
  const provider = await startOpenAiServer({ apiKey: CANARIES.key, fallback: () => ({ type: 'answer', text: answer }) });
  const big = `{ provider: openai, model: gpt-4o-mini, baseUrl: '${provider.baseUrl}', apiKeyEnv: KEY_OF_THE_KIT }`;
  await writeFile(join(cwd, 'isthmus.config.yaml'), `models: { big: ${big} }\npredictor: { use: openai, model: big }\n`);
  const started: CliProcess[] = [];
  return {
    provider,
    start: (args, env = {}) => {
      const process = startCli(args, { cwd, env: { KEY_OF_THE_KIT: CANARIES.key, OTEL_BSP_SCHEDULE_DELAY: '200', ...env } });
      started.push(process);
      return process;
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

export async function submit(url: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const response = await fetch(`${url}/v1/research`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(JOB),
  });
  return ((await response.json()) as { id: string }).id;
}
