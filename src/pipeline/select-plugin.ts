import type { Selected } from './run-request.ts';

/** A setting with `<plugin>` or `<plugin>@<model>` laid over it. Options belong to the plugin they were written for. */
export function selectPlugin(setting: Selected, reference: string | undefined): Selected {
  if (reference === undefined) return setting;
  const at = reference.indexOf('@');
  const use = at < 0 ? reference : reference.slice(0, at);
  const kept = use === setting.use ? setting : { use, options: {}, model: setting.model };
  return at < 0 ? kept : { ...kept, model: reference.slice(at + 1) };
}

export interface TierChoices {
  readonly compressor?: string | undefined;
  readonly grow?: readonly number[] | undefined;
  readonly cascade?: readonly string[] | undefined;
}

/**
 * What follows a compressor: the plugins named, with its model where they name none; else the usual ones. Those went with the usual
 * compressor: who names another one, or lengths, names what follows too.
 */
export function selectTiers(
  { cascade, compressor: named, grow }: TierChoices,
  { compressor, usual }: { readonly compressor: Selected; readonly usual: readonly Selected[] },
): readonly Selected[] {
  if (cascade === undefined) return named === undefined && grow === undefined ? usual : [];
  return cascade.map((reference) => selectPlugin({ use: '', model: compressor.model, options: {} }, reference));
}
