import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from '../bundled-model.ts';

const PAGE = packagePath('docs/library.md');
const ENTRIES = {
  isthmus: 'src/index.ts',
  'isthmus/langchain': 'src/integrations/langchain.ts',
} as const;

/** What a reader of the page brings along: any chat model, any tool with a long output. */
const AGENT_PARTS = `
import { AIMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { FakeStreamingChatModel } from '@langchain/core/utils/testing';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

class OneCall extends FakeStreamingChatModel {
  bindTools() { return this; }
  async _generate(messages) {
    const isTold = ToolMessage.isInstance(messages.at(-1));
    const message = isTold ? new AIMessage('Done.') : new AIMessage({ content: '', tool_calls: [{ id: 'c1', name: 'read', args: {} }] });
    return { generations: [{ text: message.text, message }] };
  }
}
export const model = new OneCall({});
export const readHandbook = tool(() => readFileSync('samples/corpus/harl-bridge.md', 'utf8'), { name: 'read', description: 'reads', schema: z.object({}) });
`;

const page = await readFile(PAGE, 'utf8');
const snippets = [...page.matchAll(/^## (.+?)\n[\s\S]*?^```ts\n([\s\S]*?)^```$/gm)].map(([, title = '', code = '']) => ({ title, code }));

describe('the snippets of docs/library.md', { timeout: 180_000 }, () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'isthmus-snippets-'));
    await symlink(packagePath('node_modules'), join(home, 'node_modules'));
    await writeFile(join(home, 'package.json'), '{ "type": "module" }');
    await writeFile(join(home, 'agent-parts.ts'), AGENT_PARTS);
    await mkdir(join(home, 'data'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  async function run(code: string): Promise<{ readonly status: number | null; readonly output: string }> {
    const file = join(home, `snippet-${Math.random().toString(36).slice(2)}.ts`);
    const resolved = Object.entries(ENTRIES).reduce(
      (text, [name, path]) => text.replaceAll(`from '${name}'`, `from '${pathToFileURL(packagePath(path)).href}'`),
      code,
    );
    await writeFile(file, resolved);
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), file], {
      cwd: packagePath('.'),
      env: { ...process.env, ISTHMUS_DATA_DIR: join(home, 'data') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        output += data.toString();
      });
    }
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { status, output };
  }

  const EXPECTED: Readonly<Record<string, RegExp>> = {
    'Answer a question': /\d+ model calls/,
    'Before anything is spent': /\d+ calls, \d+ to \d+ tokens, \d+ min at most\n.*chunks read/,
    'LangChain: a document compressor': /^The canal was opened in 1869\. .* bits$/m,
    'LangChain: middleware for agents': /412 metres[\s\S]*passages of [\d,]+ characters/,
  };

  it('are those that are expected here, of about ten lines', () => {
    expect(snippets.map(({ title }) => title)).toEqual(Object.keys(EXPECTED));
    for (const { code } of snippets) expect(code.trim().split('\n').length).toBeLessThanOrEqual(12);
  });

  it.each(snippets)('run: $title', async ({ title, code }) => {
    const { status, output } = await run(code);
    expect(output).toMatch(EXPECTED[title] ?? /never/);
    expect(status, output).toBe(0);
  });
});
