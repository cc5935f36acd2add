import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { listen } from '../api/server.ts';
import { type ErrorRecord, fromErrorRecord, IsthmusError, toErrorRecord } from '../domain/errors.ts';
import type { Admin } from './admin.ts';

/**
 * The way in for the command line to a process that holds a data directory: HTTP on the loopback address, on a port of its own that
 * `--host` does not open. Whoever may read the directory may use it: a file there, for its owner only, has the port and a token of 256
 * random bits that dies with the process.
 */
const FILE = 'admin.json';
const MAX_BODY_BYTES = 48 * 1024 * 1024;

const key = z.strictObject({ id: z.string() });
const run = z.strictObject({ id: z.string().max(200) });

/** What may be asked. Values come from this program on the same host, so only their outline is checked. */
const CALLS = {
  createKey: z.looseObject({ owner: z.string(), tenant: z.string(), scopes: z.array(z.string()) }),
  listKeys: z.strictObject({ tenant: z.string().optional() }),
  rotateKey: key.extend({ graceMs: z.number().min(0) }),
  revokeKey: key,
  listRuns: z.strictObject({ limit: z.number() }),
  showRun: run,
  startRun: z.looseObject({ question: z.string() }),
  resumeRun: run,
  news: run.extend({ after: z.number().int().min(0) }),
} as const;

type CallName = keyof typeof CALLS;
type Value<Name extends CallName> = z.output<(typeof CALLS)[Name]>;
type Answers = { readonly [Name in CallName]: (value: Value<Name>) => Promise<unknown> };

function answersOf({ keys, ...admin }: Admin): Answers {
  return {
    createKey: (value) => keys.create(value as unknown as Parameters<Admin['keys']['create']>[0]),
    listKeys: ({ tenant }) => keys.list(tenant),
    rotateKey: ({ id, graceMs }) => keys.rotate(id, { graceMs }),
    revokeKey: ({ id }) => keys.revoke(id),
    listRuns: ({ limit }) => admin.listRuns(limit),
    showRun: ({ id }) => admin.showRun(id),
    startRun: (value) => admin.startRun(value as unknown as Parameters<Admin['startRun']>[0]),
    resumeRun: ({ id }) => admin.resumeRun(id),
    news: ({ id, after }) => admin.news(id, after),
  };
}

/** Opens the door until it is disposed of. */
export async function openAdminDoor(dataDir: string, admin: Admin): Promise<AsyncDisposable> {
  const token = randomBytes(32).toString('base64url');
  const answers = answersOf(admin);
  const server = await listen({ fetch: (request) => answer(request, { token, answers }) }, { host: '127.0.0.1', port: 0, graceMs: 500 });
  const path = join(dataDir, FILE);
  // What a killed process has left may have another mode, which writing over it would keep.
  await rm(path, { force: true });
  await writeFile(path, JSON.stringify({ pid: process.pid, port: server.port, token }), { mode: 0o600, flag: 'wx' });
  return {
    [Symbol.asyncDispose]: async () => {
      await rm(path, { force: true });
      await server[Symbol.asyncDispose]();
    },
  };
}

async function answer(request: Request, { token, answers }: { readonly token: string; readonly answers: Answers }): Promise<Response> {
  if (!isEqual(request.headers.get('authorization') ?? '', `Bearer ${token}`)) return new Response(null, { status: 401 });
  if (Number(request.headers.get('content-length') ?? Number.NaN) > MAX_BODY_BYTES) return new Response(null, { status: 413 });
  try {
    const name = new URL(request.url).pathname.slice(1) as CallName;
    if (request.method !== 'POST' || !Object.hasOwn(CALLS, name)) return new Response(null, { status: 404 });
    const value = CALLS[name].parse(await request.json());
    return Response.json({ result: (await (answers[name] as (value: unknown) => Promise<unknown>)(value)) ?? null });
  } catch (error) {
    return Response.json({ error: toErrorRecord(error) }, { status: 400 });
  }
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const doorFile = z.object({ pid: z.number().int(), port: z.number().int(), token: z.string() });

/** The door of the process that holds the directory; none where it has none. */
export async function findAdminDoor(dataDir: string, holderPid: number): Promise<Admin | undefined> {
  const text = await readFile(join(dataDir, FILE), 'utf8').catch(() => undefined);
  const door = text === undefined ? undefined : doorFile.safeParse(parseJson(text)).data;
  // Left by one that was killed.
  if (door === undefined || door.pid !== holderPid) return undefined;
  const ask = <Result>(name: CallName, value: object = {}): Promise<Result> => knock(door, { name, value }) as Promise<Result>;
  return {
    keys: {
      create: (value) => ask('createKey', value),
      list: (tenant) => ask('listKeys', { tenant }),
      rotate: (id, { graceMs }) => ask('rotateKey', { id, graceMs }),
      revoke: (id) => ask('revokeKey', { id }),
    },
    listRuns: (limit) => ask('listRuns', { limit }),
    showRun: (id) => ask('showRun', { id }),
    startRun: (job) => ask('startRun', job),
    resumeRun: (id) => ask('resumeRun', { id }),
    news: (id, after) => ask('news', { id, after }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function knock(
  { port, token, pid }: z.output<typeof doorFile>,
  { name, value }: { readonly name: CallName; readonly value: object },
): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`http://127.0.0.1:${port}/${name}`, { method: 'POST', headers, body: JSON.stringify(value) }).catch(
    (cause: unknown) => {
      throw new IsthmusError(
        'store-locked',
        `Expected process ${pid}, which holds the data directory, to answer, but it does not. Try again.`,
        {
          cause,
        },
      );
    },
  );
  if (response.status === 413)
    throw new IsthmusError(
      'invalid-input',
      `Expected at most ${MAX_BODY_BYTES} bytes for the process that holds the data directory. Ask about fewer documents, or stop it.`,
    );
  const said = (await response.json().catch(() => ({}))) as { readonly result?: unknown; readonly error?: ErrorRecord };
  if (said.error !== undefined) throw fromErrorRecord(said.error);
  if (response.ok) return said.result;
  throw new IsthmusError(
    'store-locked',
    `Process ${pid}, which holds the data directory, answered ${response.status}. Is it of another version?`,
  );
}
