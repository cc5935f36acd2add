import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { it as anywhere, expect } from 'vitest';
import { SHOWS_WHAT_IT_KEEPS, tellToCollect } from './collect.ts';

/** Says when something that nobody holds any more has been collected; nothing else would have it collected so soon. */
const CODE = `const registry = new FinalizationRegistry(() => console.log('collected'));
registry.register({}, 0);
setInterval(() => undefined, 1_000);
console.log('ready');`;

/** It looks into Linux's /proc. */
const it = anywhere.skipIf(process.platform !== 'linux');

async function start(nodeOptions: readonly string[]) {
  const child = spawn(process.execPath, ['-e', CODE], {
    env: { NODE_OPTIONS: nodeOptions.join(' ') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  expect(first.toString().trim()).toBe('ready');
  return child;
}

it('a process started to listen collects its garbage when it is told to', async () => {
  const child = await start(SHOWS_WHAT_IT_KEEPS);
  try {
    const said = once(child.stdout, 'data') as Promise<[Buffer]>;
    tellToCollect(child.pid ?? -1);
    expect((await said)[0].toString().trim()).toBe('collected');
  } finally {
    child.kill('SIGKILL');
  }
});

it('another is left alone, and one that has ended is passed over', async () => {
  const child = await start([]);
  try {
    tellToCollect(child.pid ?? -1);
    await delay(200);
    expect([child.exitCode, child.signalCode]).toEqual([null, null]);
  } finally {
    child.kill('SIGKILL');
  }
  await once(child, 'exit');
  expect(() => tellToCollect(child.pid ?? -1)).not.toThrow();
});
