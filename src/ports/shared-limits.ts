/** What became of one request under a limit of requests. */
export interface Taken {
  readonly isAllowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Until there is a token again; 0 when there is one. */
  readonly retryAfterMs: number;
  /** Until the bucket is full. */
  readonly resetMs: number;
}

/** A bucket of tokens for each id, which holds a minute's and fills up evenly; each request takes one. */
export interface RateLimiter {
  take(id: string, perMinute: number): Taken | Promise<Taken>;
}

/** A place in line of somebody who is about to start a run. It is lost after a minute, in case its holder has died. */
export interface Place {
  /** How many joined before and have not left. */
  ahead(): Promise<number>;
  leave(): Promise<void>;
}

/** One line for each tenant, the same for all processes that share it. */
export interface StartLine {
  join(tenant: string): Promise<Place>;
}

/** Limits that hold for all processes of an installation together. */
export interface SharedLimits {
  readonly rate: RateLimiter;
  readonly line: StartLine;
}
