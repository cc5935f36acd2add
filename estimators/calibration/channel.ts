/** Uniform in [0, 1). */
export type Random = () => number;

/** Which expectation is meant: of the value of one summary among `contexts`, its own included. */
export interface Expectation {
  readonly contexts: number;
  readonly mixture: 'all' | 'others';
  /** Log-probabilities are divided by it; 1 leaves them alone. */
  readonly temperature: number;
}

/** A source of contexts and summaries whose law is known, so that estimators can be held against the truth. All in nats. */
export interface Channel<Context = unknown, Message = unknown> {
  /** I(X;Z) of one summary. */
  readonly information: number;
  /** I(X;Z₂|Z₁): what a second summary adds. */
  readonly added: number;
  drawContext(random: Random): Context;
  /** The first or the second summary of a context; independent given the context. */
  drawMessage(context: Context, random: Random, which: 0 | 1): Message;
  /** log p(z|x), up to a constant of z. */
  logProb(message: Message, context: Context): number;
  /** E[ s_own − log mean s ], by another road than the estimators': no sampling, no logsumexp. +∞ where it diverges. */
  expect(of: Expectation): number;
  /** The same of what a second summary adds, own context included, temperature 1. */
  expectAdded(contexts: number): number;
}

/** One possible log-probability and how often it comes. */
export interface Level {
  readonly probability: number;
  readonly logProb: number;
}

/** One kind of summary: how often it comes, its log-probability under its own context, and under a context drawn at random. */
export interface Branch {
  readonly probability: number;
  readonly own: number;
  readonly foreign: readonly Level[];
}
