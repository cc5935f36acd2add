import type { z } from 'zod';
import type { Capability } from '../domain/model.ts';
import type { Compressor } from './compressor.ts';
import type { DocumentStore } from './document-store.ts';
import type { Gate } from './gate.ts';
import type { InformationEstimator } from './information-estimator.ts';
import type { LanguageModel } from './language-model.ts';
import type { Planner } from './planner.ts';
import type { Predictor } from './predictor.ts';
import type { PromptProfile } from './prompt-profile.ts';
import type { Retriever } from './retriever.ts';
import type { Strategy } from './strategy.ts';
import type { VectorIndex } from './vector-index.ts';

/** A model and how it is spoken to; what every plugin that uses one is given. */
export interface ModelHandle {
  readonly model: LanguageModel;
  readonly profile: PromptProfile;
}

/** What each kind makes, and what it is given to make it with. */
export interface PluginKinds {
  compressor: { readonly instance: Compressor; readonly deps: ModelHandle };
  predictor: { readonly instance: Predictor; readonly deps: ModelHandle };
  planner: { readonly instance: Planner; readonly deps: ModelHandle };
  retriever: { readonly instance: Retriever; readonly deps: { readonly documents: DocumentStore; readonly vectors?: VectorIndex } };
  estimator: { readonly instance: InformationEstimator; readonly deps: undefined };
  gate: { readonly instance: Gate; readonly deps: undefined };
  strategy: { readonly instance: Strategy; readonly deps: { readonly estimator: InformationEstimator; readonly gate: Gate } };
}

export type PluginKind = keyof PluginKinds;

/** A selectable implementation: one file, one id (the file's name), one paragraph that says when it wins and when it loses. */
export interface Plugin<Kind extends PluginKind = PluginKind, Schema extends z.ZodType = z.ZodType> {
  readonly kind: Kind;
  readonly id: string;
  /** Bumped when behaviour changes: it is part of step keys, so old results are not mistaken for new ones. */
  readonly version: string;
  /** One line for `--help`. */
  readonly summary: string;
  readonly requires: readonly Capability[];
  /** Defaults live here and nowhere else. */
  readonly options: Schema;
  /** Synchronous and without I/O. */
  create(options: z.output<Schema>, deps: PluginKinds[Kind]['deps']): PluginKinds[Kind]['instance'];
}

/** Fills in nothing; it only lets TypeScript infer the options from the schema. */
export function definePlugin<Kind extends PluginKind, Schema extends z.ZodType>(plugin: Plugin<Kind, Schema>): Plugin<Kind, Schema> {
  return plugin;
}
