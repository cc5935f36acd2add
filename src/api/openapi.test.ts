import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { FIXED_TOOLS, NO_CORPORA } from '../testing/api-kit.ts';
import { createMemoryKeyStore } from '../testing/memory-key-store.ts';
import { createMemoryResearchService } from '../testing/memory-research-service.ts';
import { createTestWatch } from '../testing/watch-kit.ts';
import type { ApiEnv } from './context.ts';
import { createApi } from './create-api.ts';
import { addDashboard } from './dashboard-files.ts';
import { createDocsPage } from './docs-page.ts';
import { createOpenApi } from './openapi.ts';

const document = createOpenApi('1.2.3');

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => (key === '$ref' ? [String(member)] : refsIn(member)));
}

describe('the OpenAPI document', () => {
  it('describes every route that answers, and no other', () => {
    const keys = createMemoryKeyStore();
    const service = createMemoryResearchService();
    const watch = createTestWatch(service.runs);
    const api = createApi({ service, keys, watch, tools: FIXED_TOOLS, corpora: NO_CORPORA, version: '1.2.3', isLoopback: true });
    // What the page is served at is no part of the API.
    const page = new Hono<ApiEnv>();
    addDashboard(page, undefined);
    const pages = new Set(page.routes.map(({ path }) => path));
    const served = api.routes
      .filter(({ path }) => path !== '/*' && !pages.has(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect([...new Set(served)].sort()).toEqual(described.sort());
  });

  it('is 3.1, and every reference leads somewhere', () => {
    expect(document.openapi).toBe('3.1.0');
    const names = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    const refs = refsIn(document);
    expect(refs.length).toBeGreaterThan(20);
    expect(refs.filter((ref) => !names.includes(ref))).toEqual([]);
  });

  it('names each operation once, and each error in the one shape', () => {
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const errors = operations.flatMap(({ responses }) => Object.entries(responses).filter(([status]) => status >= '400'));
    for (const [, { content }] of errors) expect(content?.['application/json']?.schema).toEqual({ $ref: '#/components/schemas/Error' });
  });

  it('leaves optional what has a default, and requires what has none', () => {
    expect(document.components.schemas['CompressCall']?.['required']).toEqual(['text', 'question']);
    expect(document.components.schemas['ResearchJob']?.['required']).toEqual(['question']);
  });
});

describe('the page', () => {
  const { html, policy } = createDocsPage(document);

  it('shows every route and schema', () => {
    for (const path of Object.keys(document.paths)) expect(html).toContain(`<code>${path}</code>`);
    for (const name of Object.keys(document.components.schemas)) expect(html).toContain(`id="schema-${name}"`);
  });

  it('loads nothing and runs nothing', () => {
    expect(html).not.toMatch(/<script|<img|<link|src=|url\(|@import/i);
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; /);
    const targets = [...html.matchAll(/href="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(targets.filter((target) => !target.startsWith('#') && !target.startsWith('/'))).toEqual([]);
    const anchors = targets.filter((target) => target.startsWith('#')).map((target) => target.slice(1));
    expect(anchors.filter((anchor) => !html.includes(`id="${anchor}"`))).toEqual([]);
  });
});
