type Close = () => Promise<unknown>;

const closers = new Set<Close>();

/** Ctrl-C, or SIGTERM, would otherwise leave servers and a mounted disk behind. Returns how to say that it is closed. */
export function closeWhenInterrupted(close: Close): () => void {
  if (closers.size === 0) for (const signal of SIGNALS) process.on(signal, end);
  closers.add(close);
  return () => {
    closers.delete(close);
    if (closers.size === 0) for (const signal of SIGNALS) process.off(signal, end);
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

function end(signal: NodeJS.Signals): void {
  const status = signal === 'SIGINT' ? 130 : 143;
  void Promise.allSettled([...closers].map((close) => close())).finally(() => process.exit(status));
}
