import type { ApiDeps, Handler } from '../context.ts';
import { refuse } from '../errors.ts';

export function healthHandler({ version }: Pick<ApiDeps, 'version'>): Handler {
  return async (context) => context.json({ status: 'ok', version });
}

/** Asks the store, so that a balancer sends nobody to a process that has lost it. */
export function readyHandler({ version, keys, checkReady, onError }: ApiDeps): Handler {
  return async (context) => {
    try {
      await keys.hasAny();
      await checkReady?.();
      return context.json({ status: 'ready', version });
    } catch (error) {
      onError?.(error, context.get('requestId'));
      const message = 'Expected this process to reach its store and queue, but it does not. Its log says why.';
      return refuse(context, { code: 'not-ready', message }, { 'retry-after': '5' });
    }
  };
}
