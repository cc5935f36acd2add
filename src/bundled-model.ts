import { fileURLToPath } from 'node:url';

/** The models that ship with Isthmus, by the names under which every configuration knows them; their card is beside the weights. */
export const BUNDLED_MODELS = {
  nano: { file: 'models/nano/isthmus-nano-3m.gguf', profile: 'nano' },
  'nano-1m': { file: 'models/nano/isthmus-nano-1m.gguf', profile: 'nano-1m' },
} as const;

/** The one that does what the configuration gives to no other. */
export const DEFAULT_MODEL = 'nano';

/** Found from the source tree and from `dist/` alike. */
export function bundledModelPath(name: keyof typeof BUNDLED_MODELS = DEFAULT_MODEL): string {
  return packagePath(BUNDLED_MODELS[name].file);
}

/** A file of the package, by its path from the package's root. */
export function packagePath(file: string): string {
  const root = import.meta.url.includes('/dist/src/') ? '../../' : '../';
  return fileURLToPath(new URL(root + file, import.meta.url));
}
