/** A test of a conformance suite that an implementation cannot pass; the reason is written down where it is skipped. */
export interface SkippedTest {
  readonly reason: string;
  readonly tests: readonly string[];
}

export function skipReason(skip: readonly SkippedTest[], title: string): boolean {
  return skip.some(({ tests }) => tests.includes(title));
}

/** Asks until there is an answer; the description is what a failed test says. */
export async function waitFor<Value>(what: string, ask: () => Promise<Value | undefined>, timeoutMs = 20_000): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
