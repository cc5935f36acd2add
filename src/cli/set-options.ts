import type { Config, PluginSetting } from '../config.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { Json, JsonObject } from '../domain/json.ts';

const PARTS = ['strategy', 'planner', 'retriever', 'compressor', 'estimator', 'gate', 'predictor'] as const;
type Part = (typeof PARTS)[number];

/**
 * The configuration with options of its parts laid over it, each as `<part>.<option>=<value>`; a value is read as JSON
 * (3, true, [16, 32]), and any other word is a text.
 * What a part makes of them is its own affair: an unknown option is refused when the run is specified.
 * @throws IsthmusError `invalid-input`
 */
export function setOptions(config: Config, settings: readonly string[]): Config {
  return settings.reduce(setOption, config);
}

function setOption(config: Config, setting: string): Config {
  const { part, option, value } = parseSetting(setting);
  const chosen: PluginSetting = config[part];
  return { ...config, [part]: { ...chosen, options: { ...chosen.options, [option]: value } satisfies JsonObject } };
}

function parseSetting(setting: string): { readonly part: Part; readonly option: string; readonly value: Json } {
  const [, name = '', option = '', text = ''] = /^([^.=]+)\.([\w-]+)=(.*)$/s.exec(setting) ?? [];
  const part = PARTS.find((known) => known === name);
  if (part === undefined || text === '')
    throw new IsthmusError('invalid-input', `Expected <part>.<option>=<value> with a part of ${PARTS.join(', ')}, but got "${setting}".`);
  const value = toValue(text);
  if (value !== undefined) return { part, option, value };
  throw new IsthmusError('invalid-input', `Expected a value such as 3, true or [16, 32] after "${part}.${option}=", but got "${text}".`);
}

function toValue(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // What begins like JSON was meant to be it.
    return /^[[{"]/.test(text) ? undefined : text;
  }
}
