import { IsthmusError } from '../../domain/errors.ts';
import { redactUrl } from '../../domain/redact.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EgressRecord, Web, WebCall } from '../../ports/web.ts';

/** Opens nothing and looks nothing up: each call is told of and refused. */
export function createOfflineWeb({ clock, provider }: { readonly clock: Pick<Clock, 'now'>; readonly provider?: string }): Web {
  const refuse = (asked: Pick<EgressRecord, 'purpose' | 'url'>, { onEgress }: WebCall): Promise<never> => {
    const message = `Isthmus is offline: nothing is read from the web (${asked.url}). Set \`offline: false\` (and ISTHMUS_OFFLINE to nothing) to allow it.`;
    const error = new IsthmusError('egress-refused', message, { details: { reason: 'offline' } });
    onEgress?.({ ...asked, at: clock.now(), bytes: 0, durationMs: 0, refused: 'offline' });
    return Promise.reject(error);
  };
  return {
    ...(provider === undefined ? {} : { provider }),
    search: (_query, call) => refuse({ purpose: 'search', url: provider ?? 'no provider' }, call),
    fetch: (url, call) => refuse({ purpose: 'page', url: redactUrl(url) }, call),
  };
}
