export interface ByteCache<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value, bytes: number): void;
}

/** What an entry takes beside its value's bytes and its key's: of thousands of small corpora most of the memory. */
const ENTRY_BYTES = 300;

/** Keeps what was used last, up to so many bytes in all. For values that never change. */
export function createByteCache<Value>(limit: number): ByteCache<Value> {
  const entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  let held = 0;
  const forget = (key: string): void => {
    held -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  };
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      // Map order is age: taken out and put back, the entry is the youngest.
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, valueBytes) {
      forget(key);
      const bytes = valueBytes + key.length + ENTRY_BYTES;
      entries.set(key, { value, bytes });
      held += bytes;
      for (const oldest of entries.keys()) {
        if (held <= limit) break;
        forget(oldest);
      }
    },
  };
}
