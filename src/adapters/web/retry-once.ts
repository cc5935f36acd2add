import { IsthmusError } from '../../domain/errors.ts';
import type { Pace } from './pace.ts';

/** A server that asks for more is not waited for: the error goes up, with `details.retryAfterMs`. */
const LONGEST_WAIT_MS = 30_000;
const USUAL_WAIT_MS = 1000;

/** Asks a second time, after the pause that the server names, where the first answer was `provider-unavailable` and may be another. */
export async function retryOnce<T>(task: () => Promise<T>, { pace, host }: { readonly pace: Pace; readonly host: string }): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof IsthmusError) || error.code !== 'provider-unavailable' || !error.isRetryable) throw error;
    const asked = error.details?.['retryAfterMs'];
    const waitMs = typeof asked === 'number' ? asked : USUAL_WAIT_MS;
    if (waitMs > LONGEST_WAIT_MS) throw error;
    // The host's other requests wait too: it is the host that asked for the pause.
    pace.hold(host, waitMs);
    return task();
  }
}
