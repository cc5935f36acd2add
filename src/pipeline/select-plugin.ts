import type { Selected } from './submit.ts';

/** A setting with `<plugin>` or `<plugin>@<model>` laid over it. Options belong to the plugin they were written for. */
export function selectPlugin(setting: Selected, reference: string | undefined): Selected {
  if (reference === undefined) return setting;
  const at = reference.indexOf('@');
  const use = at < 0 ? reference : reference.slice(0, at);
  const kept = use === setting.use ? setting : { use, options: {}, model: setting.model };
  return at < 0 ? kept : { ...kept, model: reference.slice(at + 1) };
}
