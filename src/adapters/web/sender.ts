import { IsthmusError } from '../../domain/errors.ts';
import { redactUrl } from '../../domain/redact.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EgressRecord, WebCall } from '../../ports/web.ts';
import type { EgressGuard } from './egress-guard.ts';
import { type Answer, type ExchangeRequest, type ExchangeTrace, exchange } from './exchange.ts';

export interface WebRequest extends Omit<ExchangeRequest, 'url' | 'addresses' | 'method' | 'headers'> {
  readonly url: string;
  readonly purpose: EgressRecord['purpose'];
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** `host:port` that may be at any address, as the configuration names it. */
  readonly openHost?: string;
}

/** The one place from which requests leave: judged, made, and told of, in this order, each time. */
export interface Sender {
  send(request: WebRequest, call: WebCall): Promise<Answer>;
  /** Throws what `send` would refuse, and tells of it, without sending anything. */
  judge(request: Pick<WebRequest, 'url' | 'purpose' | 'timeoutMs'>, call: WebCall): Promise<void>;
  /** Tells of a request that is not made, and throws `error`. */
  refuse(request: Pick<WebRequest, 'url' | 'purpose'>, error: unknown, call: WebCall): never;
}

interface SenderOptions {
  readonly guard: EgressGuard;
  readonly clock: Clock;
  readonly userAgent: string;
}

export function createSender({ guard, clock, userAgent }: SenderOptions): Sender {
  const check = ({ url, openHost, timeoutMs }: Pick<WebRequest, 'url' | 'openHost' | 'timeoutMs'>, { signal }: WebCall) =>
    within(guard.check(url, openHost === undefined ? {} : { openHost }), { signal, timeoutMs });

  return {
    send: async (asked, call) => {
      const { url, purpose, openHost: _open, ...request } = asked;
      const trace: ExchangeTrace = { bytes: 0 };
      const tell = teller({ url, purpose, trace, clock }, call);
      try {
        const target = await check(asked, call);
        const headers = { 'user-agent': userAgent, ...request.headers };
        const answer = await exchange({ method: 'GET', ...request, ...target, headers }, { signal: call.signal, trace });
        tell();
        return answer;
      } catch (error) {
        tell(error);
        throw error;
      }
    },
    judge: async (asked, call) => {
      const tell = teller({ ...asked, trace: { bytes: 0 }, clock }, call);
      await check(asked, call).catch((error: unknown) => {
        tell(error);
        throw error;
      });
    },
    refuse: (asked, error, call) => {
      teller({ ...asked, trace: { bytes: 0 }, clock }, call)(error);
      throw error;
    },
  };
}

/** A resolver cannot be stopped; it can be left. */
function within<T>(task: Promise<T>, { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number }): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (error: IsthmusError) => () => reject(error);
    const onAbort = end(new IsthmusError('aborted', 'The request to the web was stopped.'));
    const timer = setTimeout(end(new IsthmusError('provider-timeout', `No name was found within ${timeoutMs} ms.`)), timeoutMs);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    task.finally(settle).then(resolve, reject);
  });
}

interface Attempt {
  readonly url: string;
  readonly purpose: EgressRecord['purpose'];
  readonly trace: ExchangeTrace;
  readonly clock: Clock;
}

function teller({ url, purpose, trace, clock }: Attempt, { onEgress }: WebCall): (error?: unknown) => void {
  const at = clock.now();
  return (error) => {
    const { address, status, bytes } = trace;
    onEgress?.({
      at,
      purpose,
      url: redactUrl(url),
      ...(address === undefined ? {} : { address }),
      ...(status === undefined ? {} : { status }),
      bytes,
      durationMs: clock.now() - at,
      ...(error === undefined ? {} : { refused: reasonOf(error) }),
    });
  };
}

function reasonOf(error: unknown): string {
  return error instanceof IsthmusError ? error.message : 'an error within';
}
