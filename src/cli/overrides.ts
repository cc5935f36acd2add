import { basename, resolve } from 'node:path';
import { DEFAULT_MODEL } from '../bundled-model.ts';
import type { Config, ModelEntry, PluginSetting } from '../config.ts';
import { IsthmusError } from '../domain/errors.ts';
import { setOptions } from './set-options.ts';

/** What flags say, as `<plugin>` or `<plugin>@<model>`; the scorer is a model, or `none`. */
export interface Overrides {
  readonly strategy?: string;
  readonly compressor?: string;
  readonly predictor?: string;
  readonly planner?: string;
  readonly gate?: string;
  /** What follows the compressor; naming another compressor, or lengths, leaves the configuration's behind. */
  readonly cascade?: readonly string[];
  readonly grow?: readonly number[];
  readonly scorer?: string;
  /** Options of parts, `<part>.<option>=<value>`. */
  readonly set?: readonly string[];
}

/** The configuration with flags laid over it. A path to a .gguf file, and `openai@<name>`, need no entry under `models`. */
export function applyOverrides(config: Config, overrides: Overrides, cwd: string): Config {
  const models = { ...config.models };
  const known = (reference: string, plugin?: string): string => {
    if (models[reference] !== undefined) return reference;
    const [name, entry] = toEntry(reference, plugin, cwd);
    models[name] = entry;
    return name;
  };
  const plugin = (setting: PluginSetting, flag: string | undefined): PluginSetting => {
    if (flag === undefined) return setting;
    const [use = '', model] = splitOnce(flag, '@');
    const kept = use === setting.use ? setting : { use, options: {}, model: setting.model };
    return model === undefined ? kept : { ...kept, model: known(model, use) };
  };
  const compressor = plugin(config.compressor, overrides.compressor);
  const applied = {
    strategy: plugin(config.strategy, overrides.strategy),
    compressor,
    gate: plugin(config.gate, overrides.gate),
    cascade: cascadeOf(config, overrides, (reference) => withModel(plugin({ use: '', options: {}, model: compressor.model }, reference))),
    predictor: plugin(config.predictor, overrides.predictor),
    planner: plugin(config.planner, overrides.planner),
    scorer: scorerOf(config, overrides.scorer, known),
  };
  return setOptions({ ...config, ...applied, models }, overrides.set ?? []);
}

type Cascade = Config['cascade'];

function cascadeOf(
  { cascade: usual }: Config,
  { cascade, compressor, grow }: Overrides,
  read: (reference: string) => Cascade[number],
): Cascade {
  if (cascade !== undefined) return cascade.map(read);
  return compressor === undefined && grow === undefined ? usual : [];
}

/** A tokenizer is needed even by a compressor that reads with no model. */
function withModel({ model = DEFAULT_MODEL, ...rest }: PluginSetting): Cascade[number] {
  return { ...rest, model };
}

function scorerOf(config: Config, flag: string | undefined, known: (reference: string) => string): string | null {
  if (flag === undefined) return config.scorer;
  return flag === 'none' ? null : known(flag);
}

function toEntry(reference: string, plugin: string | undefined, cwd: string): [string, ModelEntry] {
  if (reference.endsWith('.gguf')) {
    return [basename(reference, '.gguf'), { provider: 'llama', path: resolve(cwd, reference), profile: 'instruct', gpu: 'auto' }];
  }
  if (plugin === 'openai') {
    return [
      reference,
      {
        provider: 'openai',
        model: reference,
        apiKeyEnv: 'OPENAI_API_KEY',
        contextTokens: 128_000,
        structuredOutputs: true,
        timeoutMs: 600_000,
      },
    ];
  }
  throw new IsthmusError(
    'not-found',
    `Expected the name of a configured model or the path of a .gguf file, but got "${reference}". \`isthmus models list\` shows the names.`,
  );
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
