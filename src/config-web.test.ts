import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { openWeb } from './compose/open-web.ts';
import { loadConfig, parseConfig } from './config.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('the web has defaults that open nothing beside the public internet', () => {
  const { web, offline } = parseConfig({}, 'defaults');
  expect(offline).toBe(false);
  expect(web).toEqual({ results: 8, allowAddresses: [], maxBytes: 10 * 1024 * 1024, timeoutMs: 20_000, requestsPerSecond: 1 });
});

it.each([
  [{ provider: 'searxng' }, 'searxng needs the address'],
  [{ provider: 'google' }, 'provider'],
  [{ provider: 'tavily', url: 'http://proxy.example.org' }, 'in the clear'],
  [{ provider: 'wikipedia', url: 'ftp://en.wikipedia.org' }, 'http://'],
  [{ userAgent: 'a\r\nx-injected: b' }, 'printable'],
  [{ language: 'en.evil.example/' }, 'language tag'],
  [{ requestsPerSecond: 0 }, 'requestsPerSecond'],
  [{ results: 0 }, 'results'],
  [{ cookies: true }, 'cookies'],
])('%j is refused', (web, message) => {
  expect(() => parseConfig({ web }, 'test')).toThrow(message);
});

it.each([
  { provider: 'searxng', url: 'http://localhost:8888' },
  { provider: 'tavily', url: 'http://127.0.0.1:9000' },
  { provider: 'brave', apiKeyEnv: 'MY_KEY', language: 'pt-br' },
  { allowAddresses: ['127.0.0.1:8080', '10.0.0.0/8'] },
])('%j is taken', (web) => {
  expect(parseConfig({ web }, 'test').web).toMatchObject(web);
});

it('an allow list that cannot be read is refused when the web is opened', () => {
  const { web, offline } = parseConfig({ web: { allowAddresses: ['intranet'] } }, 'test');
  expect(() => openWeb({ web, offline }, { now: () => 0, sleep: async () => undefined })).toThrow('web.allowAddresses');
});

it.each([
  ['1', true],
  ['true', true],
  ['yes', true],
  ['0', false],
  ['false', false],
  ['', false],
])('ISTHMUS_OFFLINE=%s means %s', async (value, offline) => {
  const cwd = await mkdtemp(join(tmpdir(), 'isthmus-config-'));
  vi.stubEnv('ISTHMUS_OFFLINE', value);
  expect((await loadConfig({ cwd })).offline).toBe(offline);
  await rm(cwd, { recursive: true, force: true });
});
