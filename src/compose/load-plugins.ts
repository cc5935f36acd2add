import { existsSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { AnyPlugin } from '../pipeline/registry.ts';
import type { PluginKind } from '../ports/plugin.ts';
import { PLUGINS } from './plugins.ts';

const KINDS = ['compressor', 'predictor', 'planner', 'retriever', 'estimator', 'gate', 'strategy'] as const satisfies readonly PluginKind[];

/** What every plugin says of itself, whoever wrote it. What `create` makes is checked by the conformance suites, not here. */
const contract = z.looseObject({
  kind: z.enum(KINDS),
  id: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'expected an id in kebab-case'),
  version: z.string().regex(/^\d+(\.\d+)*$/, 'expected a version such as "1" or "1.2", since results are found by it'),
  summary: z.string().min(1),
  requires: z.array(z.enum(['generate', 'score-continuation', 'score-markers', 'embed'])),
  options: z.custom((value) => typeof (value as { safeParse?: unknown })?.safeParse === 'function', 'expected a zod schema'),
  create: z.custom((value) => typeof value === 'function', 'expected a function'),
});

/**
 * The plugins of the packages that a configuration names. A package exports a list named `plugins` (or has it as its default
 * export). Its code runs in this process, with everything that this process may do.
 * @throws IsthmusError `invalid-input` naming the package, what was expected, and what came
 */
export async function loadPlugins({ plugins, pluginDir = process.cwd() }: Pick<Config, 'plugins' | 'pluginDir'>): Promise<AnyPlugin[]> {
  const owners = new Map(PLUGINS.map((plugin) => [nameOf(plugin), 'built in']));
  const loaded: AnyPlugin[] = [];
  for (const name of plugins) {
    for (const plugin of await loadPackage(name, pluginDir)) {
      const owner = owners.get(nameOf(plugin));
      if (owner !== undefined) throw clash(name, plugin, owner);
      owners.set(nameOf(plugin), `of ${name}`);
      loaded.push(plugin);
    }
  }
  return loaded;
}

const nameOf = ({ kind, id }: AnyPlugin): string => `${kind} "${id}"`;

function clash(name: string, plugin: AnyPlugin, owner: string): IsthmusError {
  const message = `Expected the plugins of ${name} to have names of their own, but there is a ${nameOf(plugin)} already (${owner}). Leave one of the packages out, or ask its author for another id.`;
  return new IsthmusError('invalid-input', message);
}

async function loadPackage(name: string, base: string): Promise<AnyPlugin[]> {
  const entry = await findEntry(name, base);
  let module: { readonly plugins?: unknown; readonly default?: unknown };
  try {
    module = await import(/* @vite-ignore */ pathToFileURL(entry).href);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new IsthmusError('invalid-input', `The plugin package ${name} could not be loaded from ${entry}: ${reason}`, { cause });
  }
  const list = module.plugins ?? module.default;
  if (!Array.isArray(list))
    throw new IsthmusError('invalid-input', `Expected ${name} to export a list named \`plugins\`, but ${entry} exports none.`);
  return list.map((plugin, i) => check(plugin, `${name}, plugin ${i + 1}`));
}

function check(plugin: unknown, place: string): AnyPlugin {
  const parsed = contract.safeParse(plugin);
  // The object itself, not a copy: it may be of a class.
  if (parsed.success) return plugin as AnyPlugin;
  throw new IsthmusError('invalid-input', `${place} is not as expected:\n${z.prettifyError(parsed.error)}`);
}

/** The file of a package: of a folder or file by its path, or of a name in the `node_modules` of the base or a folder above it. */
async function findEntry(name: string, base: string): Promise<string> {
  if (name.startsWith('.') || isAbsolute(name)) return entryOf(resolve(base, name), name);
  for (let folder = base; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return entryOf(candidate, name);
    if (folder === dirname(folder)) break;
  }
  throw new IsthmusError('invalid-input', `Expected a plugin package ${name} in node_modules of ${base} or above. Install it there.`);
}

const entryField = z.union([z.string(), z.looseObject({ import: z.string().optional(), default: z.string().optional() })]);
const manifest = z.looseObject({
  exports: z.union([entryField, z.looseObject({ '.': entryField })]).optional(),
  main: z.string().optional(),
});

async function entryOf(path: string, name: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) throw new IsthmusError('invalid-input', `Expected a plugin package at ${path}, but there is nothing.`);
  if ((await stat(real)).isFile()) return real;
  const parsed = manifest.safeParse(JSON.parse(await readFile(join(real, 'package.json'), 'utf8').catch(() => 'null')));
  if (!parsed.success) throw new IsthmusError('invalid-input', `Expected ${name} to have a package.json that names its entry.`);
  const { exports, main = 'index.js' } = parsed.data;
  return join(real, fieldOf(exports) ?? main);
}

function fieldOf(exports: z.output<typeof manifest>['exports']): string | undefined {
  if (exports === undefined || typeof exports === 'string') return exports;
  const inner = '.' in exports ? (exports['.'] as z.output<typeof entryField>) : exports;
  if (typeof inner === 'string') return inner;
  return [inner['import'], inner['default']].find((value) => typeof value === 'string');
}
