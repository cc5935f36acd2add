import { IsthmusError, toErrorRecord } from '../../domain/errors.ts';
import { type EmbeddingEngine, loadEmbeddingEngine } from './embedding-engine.ts';
import { Engine } from './engine.ts';
import { loadModel } from './loading.ts';
import { type Call, type FromChild, type LoadOptions, type ToChild, toChildSchema } from './protocol.ts';

/**
 * The model process. It loads one file, answers calls, and lives exactly as long as its parent wants: signals to the terminal's
 * process group are left to the parent, and when the parent is gone it kills itself, since a thread inside the native library
 * can hold up an orderly exit.
 */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

// node-llama-cpp forks a process to try its binary; that one needs no TypeScript loader, which would double its start.
process.execArgv.splice(0);

let engine: Engine | EmbeddingEngine | undefined;
const calls = new Map<number, AbortController>();

function send(message: FromChild): void {
  if (process.connected) process.send?.(message);
}

async function load(options: LoadOptions): Promise<void> {
  try {
    engine = options.embeds === true ? await loadEmbeddingEngine(options) : new Engine(await loadModel(options));
    send({ type: 'ready', status: engine.status() });
  } catch (error) {
    send({ type: 'load-failed', error: record(error) });
  }
}

async function answer(id: number, call: Call): Promise<void> {
  const controller = new AbortController();
  calls.set(id, controller);
  try {
    if (engine === undefined) throw new IsthmusError('internal', 'A call came before the model was loaded.');
    send({ type: 'result', id, value: await engine.run(call, controller.signal) });
  } catch (error) {
    send({ type: 'error', id, error: record(error) });
  } finally {
    calls.delete(id);
  }
}

/** The codes that arise in this process; anything else is a defect of it. */
function record(error: unknown): Extract<FromChild, { type: 'error' }>['error'] {
  const { code, message, isRetryable, details } = toErrorRecord(error);
  switch (code) {
    case 'aborted':
    case 'context-overflow':
    case 'invalid-input':
    case 'model-load-failed':
    case 'output-unparseable':
      return { code, message, isRetryable, ...(details !== undefined && { details: { ...details } }) };
    default:
      return { code: 'internal', message, isRetryable };
  }
}

function receive(message: ToChild): void {
  switch (message.type) {
    case 'load':
      void load(message.load);
      return;
    case 'call':
      void answer(message.id, message.call);
      return;
    case 'cancel':
      calls.get(message.id)?.abort();
      return;
    case 'close':
      process.exit(0);
  }
}

process.on('message', (message) => receive(toChildSchema.parse(message)));
