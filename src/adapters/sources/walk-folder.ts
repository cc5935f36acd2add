import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { SkippedSource } from '../../domain/document.ts';

export interface FoundFile {
  readonly path: string;
  /** Relative to the folder given, with `/` on every system. */
  readonly uri: string;
}

interface WalkRules {
  isSupported(name: string): boolean;
  unsupportedReason(name: string): string;
  /** Called between entries; throws to stop. */
  check(): void;
}

interface Walk {
  /** Without links, so that a link's target can be compared with it. */
  readonly root: string;
  readonly rules: WalkRules;
  readonly files: FoundFile[];
  readonly skipped: SkippedSource[];
}

/**
 * All readable files under a folder, sorted by path in code unit order: the same on every system and in every locale.
 * Hidden entries and node_modules are passed over in silence; whatever else is not read is listed with its reason.
 */
export async function walkFolder(folder: string, rules: WalkRules): Promise<{ files: FoundFile[]; skipped: SkippedSource[] }> {
  const walk: Walk = { root: await realpath(folder), rules, files: [], skipped: [] };
  await visit(walk, walk.root);
  return { files: walk.files.sort(byUri), skipped: walk.skipped.sort(byUri) };
}

async function visit(walk: Walk, folder: string): Promise<void> {
  for (const entry of await entriesOf(walk, folder)) {
    walk.rules.check();
    if (isIgnored(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await visit(walk, path);
    else if (entry.isSymbolicLink()) await visitLink(walk, path);
    else if (entry.isFile()) addFile(walk, path);
    // Opening a pipe would wait for ever.
    else skip(walk, path, 'is neither a file nor a folder');
  }
}

async function entriesOf(walk: Walk, folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    skip(walk, folder, `the folder cannot be read (${error instanceof Error && 'code' in error ? error.code : error})`);
    return [];
  }
}

/** A link may point at a file of the same folder and at nothing else: a shared folder must not publish its owner's disk. */
async function visitLink(walk: Walk, path: string): Promise<void> {
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) return skip(walk, path, 'is a link to nothing');
  const inside = relative(walk.root, target);
  const segments = inside.split(sep);
  if (segments[0] === '..' || join(walk.root, inside) !== target) return skip(walk, path, 'is a link that leaves the folder');
  if (segments.some(isIgnored)) return skip(walk, path, 'is a link to a hidden file or folder');
  const stats = await stat(target).catch(() => undefined);
  if (stats?.isDirectory() || (stats?.isFile() && walk.rules.isSupported(target))) {
    return skip(walk, path, `is a link to ${uriOf(walk, target)}, which is read under its own name`);
  }
  if (stats?.isFile()) return addFile(walk, path);
  skip(walk, path, 'is neither a file nor a folder');
}

function addFile(walk: Walk, path: string): void {
  if (walk.rules.isSupported(path)) walk.files.push({ path, uri: uriOf(walk, path) });
  else skip(walk, path, walk.rules.unsupportedReason(path));
}

function skip(walk: Walk, path: string, reason: string): void {
  walk.skipped.push({ uri: uriOf(walk, path), reason });
}

function uriOf(walk: Walk, path: string): string {
  return relative(walk.root, path).split(sep).join('/') || '.';
}

function isIgnored(name: string): boolean {
  return name === 'node_modules' || (name.startsWith('.') && name !== '.');
}

function byUri(a: { readonly uri: string }, b: { readonly uri: string }): number {
  if (a.uri === b.uri) return 0;
  return a.uri < b.uri ? -1 : 1;
}
