import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagePath } from '../bundled-model.ts';
import type { InlineDocument } from '../ports/research-service.ts';
import { KEY } from './openai-fixture.ts';
import { type OpenAiServer, startOpenAiServer } from './openai-server.ts';
import { runCli, startCli } from './run-cli.ts';
import { type ServerProcess, startPostgres, startRedis } from './server-processes.ts';

/** A process of `isthmus serve` that listens. */
export interface ServeProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Ends it without a word. */
  kill(): Promise<void>;
}

/** What real `isthmus serve` processes share: a Redis, a Postgres, a provider of large models, a configuration, keys. */
export interface Installation extends AsyncDisposable {
  readonly databaseUrl: string;
  /** Behind the model `big`. */
  readonly provider: OpenAiServer;
  /** Makes a key, as its owner would. */
  key(tenant: string): Promise<string>;
  serve(...flags: readonly string[]): Promise<ServeProcess>;
}

const PREDICTION = { found: true, answer: 'The light was first lit in 1841 [1].', citations: [{ evidence: 1 }] };

const SAMPLE_CHARACTERS = 2_500;

/** What the provider says when nothing else is asked of it: as JSON, in words that are streamed one by one. */
export const ANSWER = { type: 'answer', text: JSON.stringify(PREDICTION) } as const;

export async function openInstallation(): Promise<Installation> {
  const home = await mkdtemp(join(tmpdir(), 'isthmus-installation-'));
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  if (redis === null || postgres === null) throw new Error('Redis and Postgres are not installed.');
  const provider = await startOpenAiServer({ apiKey: KEY, fallback: () => ANSWER });
  await writeFile(join(home, 'isthmus.config.yaml'), configOf(provider));
  const options = { cwd: home, env: { REDIS_URL: redis.url, DATABASE_URL: postgres.url, OPENAI_API_KEY: KEY } };
  const children: ChildProcess[] = [];
  return {
    databaseUrl: postgres.url,
    provider,
    key: async (tenant) => (await runCli(['keys', 'create', '--owner', 'Ada', '--tenant', tenant], options)).stdout.trim(),
    serve: async (...flags) => {
      const { child, saw } = startCli(['serve', ...flags], options);
      children.push(child);
      const [, url = ''] = await saw(/listening on (http:\S+)/);
      return { url, child, kill: () => kill(child) };
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(children.map(kill));
      await provider.close();
      await Promise.all([redis, postgres].map((server: ServerProcess) => server.stop()));
      await rm(home, { recursive: true, force: true });
    },
  };
}

function configOf({ baseUrl }: OpenAiServer): string {
  return `models:\n  big: { provider: openai, model: gpt-4o-mini, baseUrl: ${baseUrl} }\n`;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** The beginnings of three sample documents, which the bundled model reads in a second or two. */
export async function sampleDocuments(): Promise<InlineDocument[]> {
  const names = ['skerry-point-lighthouse.md', 'carrow-canal.md', 'harl-bridge.md'];
  const read = async (uri: string): Promise<string> => readFile(packagePath(`samples/corpus/${uri}`), 'utf8');
  return Promise.all(names.map(async (uri) => ({ uri, text: (await read(uri)).slice(0, SAMPLE_CHARACTERS) })));
}
