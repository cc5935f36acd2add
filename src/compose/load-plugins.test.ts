import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig, parseConfig, resolveConfig } from '../config.ts';
import type { Plugin } from '../ports/plugin.ts';
import { conformCompressor } from '../testing/conform-compressor.ts';
import { openTools } from './compose.ts';
import { loadPlugins } from './load-plugins.ts';

const FIXTURES = fileURLToPath(new URL('../testing/fixtures/', import.meta.url));
const ECHO = join(FIXTURES, 'isthmus-plugin-echo');

const [echo] = await loadPlugins(resolveConfig({ plugins: ['./isthmus-plugin-echo'] }, FIXTURES));
if (echo === undefined) throw new Error('unreachable');
conformCompressor({ plugin: echo as Plugin<'compressor'>, limited: { options: { maxWords: 5 }, maxTokens: 5 } });

describe('plugins of packages', () => {
  let home: string;
  let packages = 0;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'isthmus-plugins-'));
    await mkdir(join(home, 'node_modules', '@someone'), { recursive: true });
    await symlink(ECHO, join(home, 'node_modules', 'isthmus-plugin-echo'));
    await symlink(ECHO, join(home, 'node_modules', '@someone', 'echo'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  const load = (...plugins: string[]) => loadPlugins(resolveConfig({ plugins }, home));
  const write = async (source: string): Promise<string> => {
    const name = `package-${++packages}`;
    await mkdir(join(home, name));
    await writeFile(join(home, name, 'package.json'), JSON.stringify({ type: 'module', exports: { '.': { import: './main.mjs' } } }));
    await writeFile(join(home, name, 'main.mjs'), source);
    return `./${name}`;
  };
  const plugin = (members: string) =>
    `export const plugins = [{ kind: 'gate', id: 'mine', version: '1', summary: 'mine', requires: [], options: { safeParse() {} }, create() {}, ${members} }];`;

  it('are found by name, scoped or not, in node_modules of the configuration or above', async () => {
    expect((await load('isthmus-plugin-echo')).map(({ id }) => id)).toEqual(['echo']);
    const deep = join(home, 'project', 'deep');
    await mkdir(deep, { recursive: true });
    await writeFile(join(deep, 'isthmus.config.yaml'), "plugins: ['@someone/echo']\ncompressor: { use: echo, model: nano }\n");
    await using tools = await openTools(await loadConfig({ cwd: deep }));
    expect(tools.registry.find('compressor', 'echo')).toBe(echo);
    expect(tools.registry.choose('compressor', 'echo', {})).toEqual({ id: 'echo', version: '1', options: { maxWords: 30 } });
  });

  it('may be a default export, and of several kinds', async () => {
    const source = plugin('').replace('export const plugins =', 'export default');
    expect(await load(await write(source))).toMatchObject([{ kind: 'gate', id: 'mine' }]);
  });

  it.each([
    ['of a kind that there is not', "kind: 'oracle'", /plugin 1 is not as expected[\s\S]*kind/],
    ['with an id that is none', "id: 'My Gate'", /kebab-case/],
    ['without a version', 'version: undefined', /version/],
    ['with a version that says nothing', "version: 'latest'", /"1" or "1.2"/],
    ['that require what no model can', "requires: ['telepathy']", /requires/],
    ['without a schema', 'options: {}', /zod schema/],
    ['that make nothing', 'create: 1', /expected a function/],
    ['that take a name that is taken', "id: 'relevant'", /gate "relevant" already \(built in\)/],
  ])('%s are refused, with the reason', async (_what, members, message) => {
    await expect(load(await write(plugin(members)))).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(message),
    });
  });

  it('are refused when they clash with another package, cannot be run, are none, or are not there', async () => {
    const name = await write('throw new Error("No luck.");');
    await expect(load('isthmus-plugin-echo', '@someone/echo')).rejects.toThrow('compressor "echo" already (of isthmus-plugin-echo)');
    await expect(load(name)).rejects.toThrow(/could not be loaded from .*main\.mjs: No luck\./);
    await expect(load(await write('export const other = 1;'))).rejects.toThrow('export a list named `plugins`');
    await expect(load('isthmus-plugin-nowhere')).rejects.toThrow('Install it there');
    await expect(load('./nowhere')).rejects.toThrow('but there is nothing');
    expect(() => parseConfig({ plugins: 'echo' }, 'file.yaml')).toThrow('plugins');
  });
});
