/** A model process that keeps ten MiB of each call, for the test of what is done about that. */
const kept: Buffer[] = [];

const status = () => ({
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

process.on('message', (message: { readonly type: string; readonly id?: number; readonly call?: { readonly op: string } }) => {
  if (message.type === 'load') process.send?.({ type: 'ready', status: status() });
  if (message.type === 'close') process.exit(0);
  if (message.type !== 'call') return;
  // Filled, so that the pages are there.
  if (message.call?.op !== 'status') kept.push(Buffer.alloc(10 * 2 ** 20, 1));
  process.send?.({ type: 'result', id: message.id, value: message.call?.op === 'status' ? status() : [kept.length] });
});
