import { fileURLToPath } from 'node:url';

/** The choice of the model that ships with Isthmus; its card is beside the weights. */
export const BUNDLED_MODEL = {
  name: 'nano',
  file: 'models/nano/isthmus-nano-6m-f16.gguf',
  profile: 'nano',
  /** Its header says 1,024, but it was trained on no more than this; beyond it, it is worse than without context. */
  contextTokens: 256,
} as const;

/** Found from the source tree and from `dist/` alike. */
export function bundledModelPath(): string {
  return packagePath(BUNDLED_MODEL.file);
}

/** A file of the package, by its path from the package's root. */
export function packagePath(file: string): string {
  const root = import.meta.url.includes('/dist/src/') ? '../../' : '../';
  return fileURLToPath(new URL(root + file, import.meta.url));
}
