import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { PluginKind } from '../ports/plugin.ts';
import { PLUGINS, PROFILES } from './plugins.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Every room of plugins; a kind without a room, or a room without a kind, fails to compile. */
const ROOMS: Readonly<Record<PluginKind, string>> = {
  compressor: 'agents/compressors',
  predictor: 'agents/predictors',
  planner: 'agents/planners',
  retriever: 'agents/retrievers',
  gate: 'agents/gates',
  strategy: 'agents/strategies',
  estimator: 'estimators',
};
const PROMPTS = 'agents/prompts';
/** Room for the idea, when it wins, when it loses, and a reference. */
const DOC_CHARACTERS = 200;

const rooms = Object.entries(ROOMS) as [PluginKind, string][];

/** The plugins of a room are the files that lie directly in it; what they share is in its `parts/`. */
function idsIn(room: string): string[] {
  const entries = readdirSync(join(ROOT, room), { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'));
  return files.map((entry) => basename(entry.name, '.ts')).sort();
}

/** The words of the doc comment that ends right before the line that exports the plugin or profile. */
function docOf(room: string, id: string): string {
  const source = readFileSync(join(ROOT, room, `${id}.ts`), 'utf8');
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport const \w+(: PromptProfile = | = definePlugin\()/.exec(source)?.[1] ?? '';
  return comment
    .replace(/^\s*\*/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function testOf(room: string, id: string): string {
  try {
    return readFileSync(join(ROOT, room, `${id}.test.ts`), 'utf8');
  } catch {
    return '';
  }
}

it('has no room that this test does not know', () => {
  const folders = readdirSync(join(ROOT, 'agents')).map((name) => `agents/${name}`);
  expect(folders.sort()).toEqual([...Object.values(ROOMS).filter((room) => room.startsWith('agents/')), PROMPTS].sort());
});

describe.each(rooms)('every %s', (kind, room) => {
  it('is a file of its room, and every file of the room is in the list', () => {
    const ids = PLUGINS.filter((plugin) => plugin.kind === kind).map((plugin) => plugin.id);
    expect(ids.sort()).toEqual(idsIn(room));
  });

  it.each(idsIn(room))('%s says its version and summary', (id) => {
    const plugin = PLUGINS.find((candidate) => candidate.kind === kind && candidate.id === id);
    expect(plugin?.version).toMatch(/^\d+(\.\d+)*$/);
    expect(plugin?.summary.length).toBeGreaterThan(10);
  });

  it.each(idsIn(room))('%s explains when it wins and when it loses', (id) => {
    expect(docOf(room, id).length).toBeGreaterThanOrEqual(DOC_CHARACTERS);
  });

  it.each(idsIn(room))('%s passes the conformance suite of its kind', (id) => {
    const suite = `conform${kind[0]?.toUpperCase()}${kind.slice(1)}(`;
    expect(testOf(room, id), `${room}/${id}.test.ts`).toContain(suite);
  });
});

describe('every prompt profile', () => {
  it('is in the list under its own id', () => {
    expect(Object.keys(PROFILES).sort()).toEqual(idsIn(PROMPTS));
    for (const [id, profile] of Object.entries(PROFILES)) expect(profile.id).toBe(id);
  });

  it.each(idsIn(PROMPTS))('%s is documented and tested', (id) => {
    expect(docOf(PROMPTS, id).length).toBeGreaterThanOrEqual(DOC_CHARACTERS);
    expect(testOf(PROMPTS, id)).not.toBe('');
  });
});
