import { IsthmusError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FetchedPage, Web, WebCall } from '../../ports/web.ts';
import { typeProblem } from './content-types.ts';
import { hostOf } from './egress-guard.ts';
import type { Answer, AnswerHead } from './exchange.ts';
import { follow, isRedirect } from './follow.ts';
import type { Pace } from './pace.ts';
import type { BodyLimit } from './read-body.ts';
import { retryOnce } from './retry-once.ts';
import type { Robots } from './robots.ts';
import type { Sender } from './sender.ts';
import { statusError } from './status-error.ts';

export interface PageOptions {
  readonly sender: Sender;
  readonly robots: Robots;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly maxBytes: number;
  /** For the page with its redirects and second attempts; waiting for one's turn does not count. */
  readonly timeoutMs: number;
}

const ACCEPT = 'text/html,application/xhtml+xml,text/markdown,text/plain,application/pdf;q=0.9,application/xml;q=0.8,*/*;q=0.5';

/** Reads a page: each hop judged, allowed by its host's robots.txt, at its host's pace. */
export function createPageFetcher(options: PageOptions): Web['fetch'] {
  return async (url, call) => {
    const time = createTimeLeft(options.timeoutMs);
    const hop = (next: string): Promise<Answer> => fetchHop(next, { ...options, time }, call);
    const answer = await follow(url, { purpose: 'page', hop, sender: options.sender }, call);
    return toPage(answer);
  };
}

async function fetchHop(text: string, options: PageOptions & { readonly time: TimeLeft }, call: WebCall): Promise<Answer> {
  const { sender, robots, pace, clock, maxBytes, time } = options;
  // Before robots.txt is asked for: what may not be reached at all is not asked about.
  await sender.judge({ url: text, purpose: 'page', timeoutMs: time.left() }, call);
  const url = new URL(text);
  const leastIntervalMs = await robots
    .check(url, call)
    .catch((error: unknown) => sender.refuse({ url: text, purpose: 'page' }, error, call));
  const bodyLimit = (head: AnswerHead) => pageLimit(head, { clock, maxBytes });
  const host = hostOf(url);
  const send = () =>
    pace.run(
      host,
      () => time.spend((timeoutMs) => sender.send({ url: text, purpose: 'page', timeoutMs, headers: { accept: ACCEPT }, bodyLimit }, call)),
      { signal: call.signal, leastIntervalMs },
    );
  return retryOnce(send, { pace, host });
}

/** Decided by the head alone: a body that will not be used is not read. */
function pageLimit(head: AnswerHead, { clock, maxBytes }: Pick<PageOptions, 'clock' | 'maxBytes'>): BodyLimit | undefined {
  const { status, headers, url } = head;
  if (isRedirect(status)) return undefined;
  if (status !== 200 && status !== 203) throw statusError(head, { now: clock.now() });
  const problem = typeProblem(headers['content-type'], url);
  if (problem !== undefined) throw new IsthmusError('egress-refused', `${url.host}${url.pathname} is not read: ${problem}.`);
  return { maxBytes, beyond: 'refuse' };
}

function toPage({ url, headers, bytes }: Answer): FetchedPage {
  return { url: url.href, contentType: headers['content-type'] ?? 'application/octet-stream', bytes };
}

interface TimeLeft {
  /** At least 1 ms. */
  left(): number;
  spend<T>(task: (timeoutMs: number) => Promise<T>): Promise<T>;
}

function createTimeLeft(totalMs: number): TimeLeft {
  let spentMs = 0;
  const left = (): number => Math.max(1, Math.ceil(totalMs - spentMs));
  return {
    left,
    spend: async (task) => {
      const startedAt = performance.now();
      try {
        return await task(left());
      } finally {
        spentMs += performance.now() - startedAt;
      }
    },
  };
}
