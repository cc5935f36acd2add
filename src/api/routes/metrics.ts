import { IsthmusError } from '../../domain/errors.ts';
import type { ApiDeps, Handler } from '../context.ts';

export function metricsHandler({ metrics, watch }: Pick<ApiDeps, 'metrics' | 'watch'>): Handler {
  return async (context) => {
    if (metrics === undefined) throw new IsthmusError('not-found', 'Expected a server that counts, but this one keeps no metrics.');
    return context.body(await metrics.text(await watch.figures()), 200, { 'content-type': metrics.contentType });
  };
}
