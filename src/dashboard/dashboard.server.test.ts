import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { LedgerEntry } from '../domain/ledger.ts';
import { openBrowser, openPage, type WatchedPage } from '../testing/browser.ts';
import { type DashboardServer, openDashboard, withYesterday, YESTERDAY_MICRO_USD } from '../testing/dashboard-server.ts';
import { sampleDocuments } from '../testing/installation.ts';
import type { Costs } from './contract.ts';
import { exactUsd, usd } from './format.ts';

const { chromium } = inject('servers');
const QUESTION = 'When was the light of the Skerry Point Lighthouse first lit?';

interface File {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A person who works with the page, in a real browser on a real server; in the order of the tests. */
describe.skipIf(chromium === null)('the dashboard at work', { timeout: 90_000 }, () => {
  let browser: Browser;
  let server: DashboardServer;
  let watched: WatchedPage;
  let page: Page;
  /** Of the run that was started first. */
  let firstId = '';

  beforeAll(async () => {
    browser = await openBrowser(chromium ?? '');
    server = await openDashboard({ prepare: withYesterday });
    watched = await openPage(browser, server.url);
    page = watched.page;
    page.setDefaultTimeout(30_000);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  const dialog = () => page.getByRole('dialog');
  const state = () => page.locator('.run-head .chip').first();
  const idOnPage = () => new URL(page.url()).pathname.split('/')[2] ?? '';

  async function open(path: string): Promise<void> {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
  }

  async function startRun(question: string, files: readonly File[], predictor = ''): Promise<string> {
    await open('/');
    await page.keyboard.press('n');
    await dialog().getByLabel('Question').fill(question);
    await dialog()
      .locator('input[type=file]')
      .setInputFiles([...files]);
    if (predictor !== '') {
      await dialog().locator('select#job-predictor').selectOption(predictor);
      await dialog().getByLabel('Predictor’s model').selectOption('big');
    }
    await dialog().getByRole('button', { name: 'Estimate' }).click();
    await dialog().getByRole('region', { name: 'Estimate' }).waitFor();
    await dialog().getByRole('button', { name: 'Start' }).click();
    await page.waitForURL(/\/runs\/run_\w+$/);
    return idOnPage();
  }

  async function ask<T>(path: string): Promise<T> {
    return (await (await fetch(`${server.url}${path}`)).json()) as T;
  }

  it('starts a run, after an estimate, and shows how it goes on until it ends, without being loaded anew', async () => {
    await open('/');
    await page.evaluate(() => {
      const seen = new Set<string>();
      Object.assign(window, { seen });
      const look = () => seen.add(document.querySelector('.run-head .chip')?.textContent ?? '');
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    await page.keyboard.press('n');
    const start = dialog().getByRole('button', { name: /^(Start|Estimate)$/ });
    expect(await start.isDisabled()).toBe(true);
    await dialog().getByLabel('Question').fill(QUESTION);
    await dialog()
      .locator('input[type=file]')
      .setInputFiles(await sampleFiles());
    expect(await start.textContent()).toBe('Estimate');
    await start.click();
    const estimate = dialog().getByRole('region', { name: 'Estimate' });
    await estimate.waitFor();
    expect(await estimate.textContent()).toMatch(/Cost\$0\.\d+/);
    expect((await ask<{ data: unknown[] }>('/v1/research')).data).toHaveLength(1);
    await start.click();
    await page.waitForURL(/\/runs\/run_\w+$/);
    await state().getByText('completed').waitFor();
    firstId = idOnPage();
    const seen = await page.evaluate(() => [...(window as unknown as { seen: Set<string> }).seen]);
    expect(seen).toContain('at work');
    expect(await ask(`/v1/research/${firstId}`)).toMatchObject({ status: 'completed', question: QUESTION });
  });

  it('shows a citation’s quote upon pointing at it, and opens its source at the very span', async () => {
    const report = await ask<{ citations: { number: number; quote: string; uri: string }[] }>(`/v1/research/${firstId}/report?format=json`);
    const [cited] = report.citations;
    const mark = page.locator('.cite').first();
    await mark.hover();
    expect(await page.getByRole('tooltip').locator('q').textContent()).toBe(cited?.quote.replace(/\s+/g, ' ').trim());
    await mark.click();
    const panel = page.getByRole('dialog', { name: 'Source' });
    const marked = panel.locator('mark');
    await marked.waitFor();
    expect(await marked.evaluate((element) => element.textContent)).toBe(cited?.quote);
    const source = (await sampleFiles()).find(({ name }) => name === cited?.uri);
    expect(await panel.locator('.run-document p').evaluate((element) => element.textContent)).toBe(source?.buffer.toString());
    const [inside, around] = [await marked.boundingBox(), await panel.boundingBox()];
    expect(inside?.y).toBeGreaterThanOrEqual(around?.y ?? 0);
    expect((inside?.y ?? 0) + (inside?.height ?? 0)).toBeLessThanOrEqual(800);
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(await mark.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('downloads the report and the events', async () => {
    await page.getByText('Download', { exact: true }).click();
    for (const [name, file] of [
      ['Report as Markdown', 'md'],
      ['Events as JSONL', 'events.jsonl'],
    ] as const) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByText(name).click()]);
      expect(download.suggestedFilename()).toBe(`${firstId}.${file}`);
      const text = await readFile(await download.path(), 'utf8');
      expect(text).toContain(file === 'md' ? '## Sources' : '"type":"run-completed"');
    }
  });

  it('resumes a run whose provider had refused, and cancels one at work', async () => {
    server.provider.enqueue({ type: 'error', status: 400, message: 'Not today.' });
    await startRun('Who lit the light of Skerry Point?', await sampleFiles(), 'openai');
    await page.getByText('Not today.').first().waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await state().getByText('completed').waitFor();

    await startRun('Who paid for the lighthouse?', manyFiles(await sampleFiles()));
    await page.getByRole('button', { name: 'Cancel' }).click();
    await state().getByText('cancelled').waitFor();
    expect(await ask(`/v1/research/${idOnPage()}`)).toMatchObject({ status: 'cancelled' });
  });

  it('forks from the list, cancels there, and compares two', async () => {
    await open('/');
    await page.getByRole('button', { name: 'Fork: Who paid for the lighthouse?' }).click();
    await dialog().getByRole('button', { name: 'Estimate' }).click();
    await dialog().getByRole('button', { name: 'Start the fork' }).click();
    await page.waitForURL(/\/runs\/run_\w+$/);
    await page.getByRole('link', { name: 'Runs' }).first().click();
    await page.getByRole('button', { name: 'Cancel: Who paid for the lighthouse?' }).click();
    await page.getByRole('button', { name: 'Really?' }).click();
    await page.locator('.run-row').filter({ hasText: 'fork of' }).getByText('cancelled').waitFor();
    const list = await ask<{ data: { status: string; forked_from: string | null }[] }>('/v1/research');
    expect(list.data[0]).toMatchObject({ status: 'cancelled', forked_from: expect.stringMatching(/^run_/) });

    await page.getByRole('button', { name: `Fork: ${QUESTION}` }).click();
    // A field for any text until the server has said what there is.
    await dialog().locator('select#job-compressor').selectOption('extractive');
    await dialog().getByRole('button', { name: 'Estimate' }).click();
    await dialog().getByRole('button', { name: 'Start the fork' }).click();
    await page.waitForURL((url) => url.pathname.startsWith('/runs/') && !url.pathname.endsWith(firstId));
    await state().getByText('completed').waitFor();
    const forkId = idOnPage();
    await open('/');
    for (const box of await page.getByLabel(`Compare: ${QUESTION}`).all()) await box.check();
    await page.getByRole('link', { name: 'Compare two' }).click();
    await page.getByRole('heading', { level: 1, name: QUESTION }).waitFor();
    expect(new Set(new URL(page.url()).pathname.split('/').filter((part) => part.startsWith('run_')))).toEqual(new Set([firstId, forkId]));
    const differing = page.getByRole('table', { name: 'Settings of both runs', exact: true }).getByRole('row');
    expect(await differing.filter({ hasText: 'ompressor' }).textContent()).toMatch(/extractive/);
  });

  it('tells the same total as the ledger of every run, to the millionth of a dollar', async () => {
    await open('/costs');
    const spent = page.getByRole('region', { name: 'Spent' }).locator('.stat-value');
    await spent.waitFor();
    const ids = (await ask<{ data: { id: string }[] }>('/v1/research?limit=100')).data.map(({ id }) => id);
    const ledgers = await Promise.all(ids.map((id) => server.isthmus.runs.readLedger(id)));
    const total = ledgers.flat().reduce((sum: number, { microUsd = 0 }: LedgerEntry) => sum + microUsd, 0);
    expect(total).toBeGreaterThan(YESTERDAY_MICRO_USD);
    expect(await spent.locator('[title]').getAttribute('title')).toBe(exactUsd(total));
    expect(await spent.textContent()).toBe(usd(total));
    const costs = await ask<Costs>('/v1/costs');
    expect(costs.rows.reduce((sum, { priced_micro_usd }) => sum + priced_micro_usd, 0)).toBe(total);
  });

  it('has asked no other host, and nothing went wrong in the browser', () => {
    expect(watched.foreign).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });
});

async function sampleFiles(): Promise<File[]> {
  return (await sampleDocuments()).map(({ uri, text }) => ({ name: uri, mimeType: 'text/markdown', buffer: Buffer.from(text) }));
}

/** More than is read while somebody cancels; each is another text, or it would be read once. */
function manyFiles(files: readonly File[]): File[] {
  return Array.from({ length: 40 }, (_, i) =>
    files.map(({ name, mimeType, buffer }) => ({ name: `${i}-${name}`, mimeType, buffer: Buffer.from(`Copy ${i}. ${buffer}`) })),
  ).flat();
}
