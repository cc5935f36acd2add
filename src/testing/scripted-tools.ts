import { createOfflineWeb } from '../adapters/web/offline-web.ts';
import type { Tools } from '../compose/compose.ts';
import { PLUGINS } from '../compose/plugins.ts';
import { type ConfigInput, resolveConfig } from '../config.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { ModelPool } from '../pipeline/models.ts';
import { type AnyPlugin, createRegistry } from '../pipeline/registry.ts';
import type { LanguageModel } from '../ports/language-model.ts';
import type { PromptProfile } from '../ports/prompt-profile.ts';
import { plainProfile } from './builders.ts';
import { plainReader } from './scripted-web.ts';

export interface ScriptedToolsOptions {
  /** Does all the work, under whatever name the configuration has for it. */
  readonly model: LanguageModel;
  readonly profile?: PromptProfile;
  readonly plugins?: readonly AnyPlugin[];
  readonly config?: ConfigInput;
  /** What paths in the configuration are relative to. */
  readonly cwd?: string;
}

/** The parts of Isthmus with one scripted model in the place of all: `createIsthmus({ tools: createScriptedTools({ model }) })`. */
export function createScriptedTools({ model, profile = plainProfile, plugins = [], config = {}, cwd = '/' }: ScriptedToolsOptions): Tools {
  const open: ModelPool['open'] = async () => ({ model, profile });
  return {
    config: resolveConfig(config, cwd),
    registry: createRegistry([...PLUGINS, ...plugins]),
    models: { open, require: (identity) => open(identity.name), states: async () => [], [Symbol.asyncDispose]: async () => {} },
    pricing: { table: { source: 'no prices', priceOf: () => undefined } },
    loader: { load: readNothing, listFiles: readNothing, readFile: readNothing },
    web: createOfflineWeb({ clock: Date }),
    reader: plainReader,
    [Symbol.asyncDispose]: async () => {},
  };
}

async function readNothing(): Promise<never> {
  throw new IsthmusError('invalid-input', 'Scripted tools read no files; give texts as `documents`.');
}
