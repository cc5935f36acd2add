/** Remembers what to close, and closes it in reverse order; one failure does not keep the rest open. (AsyncDisposableStack needs Node 24.) */
export interface Closer extends AsyncDisposable {
  use<Handle extends AsyncDisposable>(handle: Handle): Handle;
  defer(close: () => Promise<void>): void;
}

export function createCloser(): Closer {
  const closers: (() => Promise<void>)[] = [];
  return {
    use: (handle) => {
      closers.push(async () => handle[Symbol.asyncDispose]());
      return handle;
    },
    defer: (close) => {
      closers.push(close);
    },
    [Symbol.asyncDispose]: async () => {
      const errors: unknown[] = [];
      for (const close of closers.splice(0).reverse()) await close().catch((error: unknown) => errors.push(error));
      if (errors.length > 0) throw new AggregateError(errors, 'Some parts did not close cleanly.');
    },
  };
}
