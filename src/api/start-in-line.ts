import type { ApiKey } from '../ports/key-store.ts';
import type { ResearchService } from '../ports/research-service.ts';
import type { StartLine } from '../ports/shared-limits.ts';

/** Between two looks at a line that those ahead are about to leave. */
const LOOK_MS = 20;
/** A submission takes milliseconds; whoever is still behind others after this time is refused and may ask again. */
const PATIENCE_MS = 2_000;

interface InLine {
  readonly line: StartLine;
  readonly service: Pick<ResearchService, 'countUnfinished'>;
}

/**
 * Whether one more run of a key's tenant may start, decided so that processes which ask at the same time cannot pass the limit together:
 * a run counts from when its place is taken. Those ahead are counted first and the store second, so whoever leaves the line in between is
 * seen in the store; one who is in both is counted twice, and looked at again. Returns how to leave the line, once the run is stored.
 */
export async function startInLine(key: ApiKey, { line, service }: InLine): Promise<(() => Promise<void>) | undefined> {
  const { tenant, concurrentRuns } = key;
  const place = await line.join(tenant);
  const deadline = Date.now() + PATIENCE_MS;
  try {
    for (;;) {
      const ahead = await place.ahead();
      const atWork = await service.countUnfinished({ tenant }, concurrentRuns);
      if (ahead + atWork < concurrentRuns) return () => place.leave();
      if (atWork >= concurrentRuns || Date.now() > deadline) break;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  } catch (error) {
    await place.leave().catch(() => undefined);
    throw error;
  }
  await place.leave();
  return undefined;
}
