import type { FromChild, ProcessStatus, ToChild } from '../adapters/llama/protocol.ts';

/** A model process that keeps ten MiB of each call, for the test of what is done about that. */
const kept: Buffer[] = [];

const status = (): ProcessStatus => ({
  pid: process.pid,
  rssBytes: process.memoryUsage.rss(),
  vramBytes: 0,
  contextBytes: 0,
  evaluatedTokens: 0,
  device: 'cpu',
  gpuLayers: 0,
  threads: 1,
  threadTrials: [],
  contextTokens: 256,
  sequences: 1,
  busySequences: 0,
  loadMs: 1,
});

const send = (message: FromChild): void => {
  process.send?.(message);
};

process.on('message', (message: ToChild) => {
  if (message.type === 'load') send({ type: 'ready', status: status() });
  if (message.type === 'close') process.exit(0);
  if (message.type !== 'call') return;
  const isStatus = message.call.op === 'status';
  // Filled, so that the pages are there.
  if (!isStatus) kept.push(Buffer.alloc(10 * 2 ** 20, 1));
  send({ type: 'result', id: message.id, value: isStatus ? status() : [kept.length] });
});
