/** One attempt to reach another machine, refused ones too: what a run has told the outside, and what came of it. */
export interface EgressRecord {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly purpose: 'search' | 'page' | 'robots';
  /** Without credentials, and without keys in its query. */
  readonly url: string;
  /** The address that was connected to; absent where it never came to that. */
  readonly address?: string;
  readonly status?: number;
  readonly bytes: number;
  readonly durationMs: number;
  /** Why it was refused or given up. */
  readonly refused?: string;
}
