import { describe, expect, it } from 'vitest';
import { callOf, endOfRun, expectAccounted, openStopKit, predictionsAt, submitRun } from '../testing/stop-kit.ts';

/** Beside the drain: what requests, child processes and the store take to close where a dozen others want the processor. The silent call would take minutes. */
const CLOSE_MS = 25_000;

describe('isthmus serve with a run at work, told to stop', { timeout: 240_000 }, () => {
  it('lets the call in hand end; the run completes after the next start, and nothing is paid twice', async () => {
    await using kit = await openStopKit();
    const first = await kit.serve(['--drain-seconds', '15']);
    const id = await submitRun(first.url);
    await callOf(kit.provider, 1);
    const { code, ms } = await kit.stop(first.process);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(15_000 + CLOSE_MS);
    expect(await kit.provider.requests[0]?.ended).toBe('finished');
    const second = await kit.serve([]);
    const run = await endOfRun(second.url, id);
    expect(run).toMatchObject({ status: 'completed', usage: { calls: 1, unknown_calls: 0 } });
    expect(kit.provider.requests).toHaveLength(1);
  });

  it('hands back what does not end in time; the lost call is entered, and made again after the next start', async () => {
    await using kit = await openStopKit();
    kit.provider.enqueue({ type: 'silence' });
    const first = await kit.serve(['--drain-seconds', '1']);
    const id = await submitRun(first.url);
    await callOf(kit.provider, 1);
    const { ms, children, ...end } = await kit.stop(first.process);
    expect(end).toEqual({ code: 0, orphans: 0 });
    expect(children).toBeGreaterThan(0);
    expect(ms).toBeLessThan(1_000 + CLOSE_MS);
    expect(await kit.provider.requests[0]?.ended).toBe('client-closed');
    const idle = await kit.serve(['--no-work']);
    // It may be taking the run over just now, and sends the job anew.
    await expect.poll(() => predictionsAt(idle.url), { timeout: 30_000 }).toMatchObject({ waiting: 1, active: 0 });
    await kit.stop(idle.process);
    const second = await kit.serve([]);
    expectAccounted(await endOfRun(second.url, id), kit.provider);
  });

  it('leaves at once when it is told a second time', async () => {
    await using kit = await openStopKit({ hangs: true });
    const { process, url } = await kit.serve(['--drain-seconds', '60']);
    await submitRun(url);
    await process.saw(/hanging/);
    process.child.kill('SIGTERM');
    await process.saw(/Ending what is in hand, for 60 s/);
    const { code, ms } = await kit.stop(process);
    expect(code).toBe(130);
    expect(ms).toBeLessThan(5_000);
  });
});
