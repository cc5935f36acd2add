type Phase = 'prefill' | 'decode' | 'score';

export interface Rates {
  readonly prefillTokensPerSecond?: number;
  readonly decodeTokensPerSecond?: number;
  readonly scoredTokensPerSecond?: number;
}

/** Tokens and time by phase since the process started. Waiting for a sequence is not counted. */
export class Meter {
  readonly #totals: Record<Phase, { tokens: number; durationMs: number }> = {
    prefill: { tokens: 0, durationMs: 0 },
    decode: { tokens: 0, durationMs: 0 },
    score: { tokens: 0, durationMs: 0 },
  };

  add(phase: Phase, tokens: number, durationMs: number): void {
    this.#totals[phase].tokens += tokens;
    this.#totals[phase].durationMs += durationMs;
  }

  rates(): Rates {
    const { prefill, decode, score } = this.#totals;
    return {
      ...(prefill.durationMs > 0 && { prefillTokensPerSecond: (prefill.tokens * 1000) / prefill.durationMs }),
      ...(decode.durationMs > 0 && { decodeTokensPerSecond: (decode.tokens * 1000) / decode.durationMs }),
      ...(score.durationMs > 0 && { scoredTokensPerSecond: (score.tokens * 1000) / score.durationMs }),
    };
  }
}
