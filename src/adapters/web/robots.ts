import robotsParser from 'robots-parser';
import { IsthmusError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { WebCall } from '../../ports/web.ts';
import { hostOf } from './egress-guard.ts';
import type { Answer } from './exchange.ts';
import { follow } from './follow.ts';
import type { Pace } from './pace.ts';
import type { Sender } from './sender.ts';

interface Rules {
  isAllowed(url: string, userAgent?: string): boolean | undefined;
  getCrawlDelay(userAgent?: string): number | undefined;
}
/** The package's types describe an ES module, and its code is CommonJS. */
const parseRobots = robotsParser as unknown as (url: string, text: string) => Rules;

export interface Robots {
  /**
   * Asks the origin's robots.txt, from the cache where it is young enough.
   * @returns what pause between requests it wishes, milliseconds, at most {@link LONGEST_DELAY_MS}
   * @throws IsthmusError `egress-refused` where it forbids the page, or cannot be asked (5xx, no connection)
   */
  check(url: URL, call: WebCall): Promise<number>;
}

interface RobotsOptions {
  readonly sender: Sender;
  readonly pace: Pace;
  readonly clock: Clock;
  /** The name that rules may be given for. */
  readonly product: string;
  readonly timeoutMs: number;
}

/** RFC 9309 sections 2.3.1 and 2.4: no rules, rules, or nothing allowed because nobody could say; and how long to believe it. */
type Verdict = { readonly keepMs: number } & (
  | { readonly type: 'free' }
  | { readonly type: 'rules'; readonly rules: Rules }
  | { readonly type: 'closed'; readonly reason: string }
);

const KEEP_MS = 24 * 3_600_000;
/** What is broken may be mended soon. */
const KEEP_BROKEN_MS = 60_000;
/** RFC 9309 section 2.5: at least 500 KiB are to be read; the rest is left. */
const MAX_BYTES = 500 * 1024;
const LONGEST_DELAY_MS = 10_000;
const MANY_ORIGINS = 1000;

export function createRobots(options: RobotsOptions): Robots {
  const { clock, product } = options;
  const cache = new Map<string, { readonly verdict: Promise<Verdict>; expiresAt: number }>();

  async function verdictFor(origin: string, call: WebCall): Promise<Verdict> {
    const known = cache.get(origin);
    if (known !== undefined && known.expiresAt > clock.now()) return known.verdict;
    if (cache.size >= MANY_ORIGINS) cache.clear();
    const entry = { verdict: ask(origin, options, call), expiresAt: Number.POSITIVE_INFINITY };
    cache.set(origin, entry);
    try {
      const verdict = await entry.verdict;
      entry.expiresAt = clock.now() + verdict.keepMs;
      return verdict;
    } catch (error) {
      cache.delete(origin);
      throw error;
    }
  }

  return {
    check: async (url, call) => {
      const verdict = await verdictFor(url.origin, call).catch((error: unknown) => {
        // Another caller who asked for the same file has left; this one is still here.
        if (isAborted(error) && !call.signal.aborted) return verdictFor(url.origin, call);
        throw error;
      });
      if (verdict.type === 'free') return 0;
      if (verdict.type === 'closed') throw refused(url, `robots.txt could not be asked (${verdict.reason}), so nothing may be read there`);
      if (verdict.rules.isAllowed(url.href, product) === false) throw refused(url, 'robots.txt forbids it');
      const seconds = verdict.rules.getCrawlDelay(product) ?? 0;
      return Math.min(Math.max(seconds, 0) * 1000, LONGEST_DELAY_MS);
    },
  };
}

async function ask(origin: string, { sender, pace, timeoutMs }: RobotsOptions, call: WebCall): Promise<Verdict> {
  const hop = (url: string): Promise<Answer> =>
    pace.run(
      hostOf(new URL(url)),
      () => sender.send({ url, purpose: 'robots', timeoutMs, bodyLimit: ({ status }) => (status === 200 ? LIMIT : undefined) }, call),
      { signal: call.signal },
    );
  const url = `${origin}/robots.txt`;
  try {
    const { status, bytes } = await follow(url, { purpose: 'robots', hop, sender }, call);
    if (status >= 500) return { type: 'closed', reason: `status ${status}`, keepMs: KEEP_BROKEN_MS };
    if (status !== 200) return { type: 'free', keepMs: KEEP_MS };
    return { type: 'rules', rules: parseRobots(url, tame(new TextDecoder().decode(bytes))), keepMs: KEEP_MS };
  } catch (error) {
    if (isAborted(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return { type: 'closed', reason: reason.replace(/\.$/, ''), keepMs: KEEP_BROKEN_MS };
  }
}

const LIMIT = { maxBytes: MAX_BYTES, beyond: 'cut' } as const;
const MOST_STARS = 1000;

/**
 * A rule takes time by its stars times the length of the URL: 500 KiB made of them blocked this process for 7.6 s at each page (Node 20, URLs of
 * 4,000 characters). So only so many stars of a file count. Of a prohibition beyond them its part before the star stays, which forbids more; a
 * permission is dropped.
 */
function tame(text: string): string {
  let stars = 0;
  return text
    .split(/\r\n|\r|\n/)
    .flatMap((line) => {
      const rule = line.replace(/#.*$/, '').replace(/\*{2,}/g, '*');
      const first = rule.indexOf('*');
      if (first < 0 || !/^\s*(?:dis)?allow\s*:/i.test(rule)) return [rule];
      stars += rule.split('*').length - 1;
      if (stars <= MOST_STARS) return [rule];
      return /^\s*dis/i.test(rule) ? [rule.slice(0, first)] : [];
    })
    .join('\n');
}

function refused(url: URL, reason: string): IsthmusError {
  return new IsthmusError('egress-refused', `${url.host}${url.pathname} is not read: ${reason}.`, { details: { reason } });
}

function isAborted(error: unknown): boolean {
  return error instanceof IsthmusError && error.code === 'aborted';
}
