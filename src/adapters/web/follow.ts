import { IsthmusError } from '../../domain/errors.ts';
import type { WebCall } from '../../ports/web.ts';
import type { Answer } from './exchange.ts';
import type { Sender, WebRequest } from './sender.ts';

/** RFC 9309 wants at least five followed for robots.txt; more than five is a loop or a tracker. */
const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Follows redirects by hand: each goes through `hop`, and so is judged like the first URL.
 * @throws IsthmusError `egress-refused` for the sixth, for one from https to http, and for one that leads nowhere
 */
export async function follow(
  start: string,
  {
    purpose,
    hop,
    sender,
  }: { readonly purpose: WebRequest['purpose']; readonly hop: (url: string) => Promise<Answer>; readonly sender: Sender },
  call: WebCall,
): Promise<Answer> {
  let url = start;
  for (let redirects = 0; ; redirects++) {
    const answer = await hop(url);
    if (!REDIRECTS.has(answer.status)) return answer;
    const next = nextUrl(answer);
    const problem = redirects === MAX_REDIRECTS ? `more than ${MAX_REDIRECTS} redirects` : redirectProblem(answer.url, next);
    if (problem !== undefined) {
      const error = new IsthmusError('egress-refused', `${answer.url.host} redirects, which is refused: ${problem}.`);
      sender.refuse({ url: next?.href ?? url, purpose }, error, call);
    }
    url = next?.href ?? url;
  }
}

export function isRedirect(status: number): boolean {
  return REDIRECTS.has(status);
}

function nextUrl({ url, headers }: Answer): URL | undefined {
  const { location } = headers;
  return location !== undefined && URL.canParse(location, url.href) ? new URL(location, url) : undefined;
}

function redirectProblem(from: URL, to: URL | undefined): string | undefined {
  if (to === undefined) return 'it names no URL';
  return from.protocol === 'https:' && to.protocol === 'http:' ? 'from https to http' : undefined;
}
