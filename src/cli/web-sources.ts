import { InvalidArgumentError } from 'commander';
import { IsthmusError } from '../domain/errors.ts';
import { present } from '../domain/present.ts';
import { GATHER_BOUNDS } from '../pipeline/gather-request.ts';
import type { ResearchJob } from '../ports/research-service.ts';

/** What of the web is to be read, as flags say it. */
export interface WebFlags {
  readonly docs?: readonly string[];
  /** A named corpus. */
  readonly corpus?: string;
  readonly url?: readonly string[];
  /** Pages wanted of the search; true: as many as is usual. */
  readonly web?: number | true;
  readonly fresh?: boolean;
  readonly offline?: boolean;
}

export type WebSources = Pick<ResearchJob, 'urls' | 'web' | 'maxAgeMs'>;

/** Files and folders, a named corpus, or what the run gathers itself. */
export type Sources = { readonly docs: readonly string[] } | { readonly corpus: string } | { readonly gather: WebSources };

/** @throws IsthmusError `invalid-input` for no sources, and for files and pages in one run */
export function sourcesOf(flags: WebFlags): Sources {
  const { docs, corpus, url, web } = flags;
  if (corpus !== undefined) {
    if (docs === undefined && url === undefined && web === undefined) return { corpus };
    throw new IsthmusError(
      'invalid-input',
      'Expected either --corpus or other sources (--docs, --url, --web), but got both. Add documents with: isthmus ingest',
    );
  }
  const gather = wishesOf(flags);
  if (gather === undefined) {
    if (docs !== undefined) return { docs: checkPaths(docs) };
    throw new IsthmusError(
      'invalid-input',
      'Expected sources to read: --docs <path…>, --corpus <name>, --url <url…> or --web, but there are none.',
    );
  }
  if (docs !== undefined)
    throw new IsthmusError(
      'invalid-input',
      'Expected either --docs or pages of the web (--url, --web), but got both. A run reads one or the other: save the pages to files, or ask two questions.',
    );
  return { gather };
}

function checkPaths(docs: readonly string[]): readonly string[] {
  const address = docs.find((path) => /^https?:\/\//i.test(path));
  if (address === undefined) return docs;
  throw new IsthmusError('invalid-input', `Expected files and folders after --docs, but got the address ${address}. Name pages by --url.`);
}

function wishesOf({ url, web, fresh }: WebFlags): WebSources | undefined {
  if (url === undefined && web === undefined) {
    if (fresh !== true) return undefined;
    throw new IsthmusError('invalid-input', '--fresh is for pages of the web: name some by --url, or search by --web.');
  }
  return present({
    urls: url,
    web: web === undefined ? undefined : present({ results: web === true ? undefined : web }),
    maxAgeMs: fresh === true ? 0 : undefined,
  });
}

/** Refuses what is no address at once, before anything is opened. */
export function webAddress(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) throw new InvalidArgumentError('Expected an http or https address.');
  return [...before, text];
}

export function resultCount(text: string): number {
  const results = Number(text);
  if (Number.isInteger(results) && results >= 1 && results <= GATHER_BOUNDS.results) return results;
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${GATHER_BOUNDS.results}.`);
}
