import { Socket } from 'node:net';
import { extract } from './formats/extract.ts';
import type { FromChild, ReadJob } from './protocol.ts';

/**
 * The process that reads what people made: PDF, web pages, Office files, mail. It may hang, run out of memory or die of them; its parent watches
 * it, kills it and starts another. Signals to the terminal's process group are left to the parent, and it ends when the parent is gone.
 */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

// No format needs the network, and no file may reach it, whatever a library makes of its links.
Socket.prototype.connect = () => {
  throw new Error('A file asked for the network.');
};

// A library that loses a promise must not take the next source with it; what it was asked for has an answer or a time limit.
process.on('unhandledRejection', () => undefined);

function send(message: FromChild): void {
  if (process.connected) process.send?.(message);
}

async function answer({ format, input }: ReadJob): Promise<void> {
  try {
    const outcome = await extract(format, input);
    if ('reason' in outcome) send({ type: 'unreadable', reason: outcome.reason });
    else
      send({
        type: 'extracted',
        text: outcome.text,
        marks: [...outcome.marks],
        ...(outcome.title !== undefined && { title: outcome.title }),
      });
  } catch (error) {
    send({ type: 'unreadable', reason: `cannot be read here (${error instanceof Error ? error.message : error})` });
  }
}

process.on('message', (job) => void answer(job as ReadJob));
send({ type: 'ready' });
