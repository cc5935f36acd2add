import { createWeb } from '../adapters/web/create-web.ts';
import { createOfflineWeb } from '../adapters/web/offline-web.ts';
import { type Config, environment } from '../config.ts';
import { present } from '../domain/present.ts';
import type { Clock } from '../ports/clock.ts';
import type { Web } from '../ports/web.ts';
import { VERSION } from '../version.ts';

/**
 * The door to the web as configured; offline, one that stays shut. Opening it reaches out to nobody.
 * @throws IsthmusError `invalid-input` for an entry of `web.allowAddresses` that is none
 */
export function openWeb({ web, offline }: Pick<Config, 'web' | 'offline'>, clock: Clock): Web {
  const { results: _results, userAgent = `Isthmus/${VERSION} (+set web.userAgent to name a contact)`, ...settings } = web;
  if (offline) return createOfflineWeb({ clock, ...present({ provider: web.provider }) });
  return createWeb({ ...present(settings), userAgent, clock, environment });
}
