import type { ModelIdentity } from '../domain/model.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import type { ModelFigures } from '../ports/watch.ts';

/** A configured model as this process has it; figures that it cannot tell are absent. */
export type ModelState = Omit<ModelFigures, 'tokensPerSecond'>;

/** The models of this process, opened on first use. */
export interface ModelPool extends AsyncDisposable {
  /** By the name in the configuration. @throws IsthmusError `not-found`, listing the names there are */
  open(name: string): Promise<ModelHandle>;
  /** The model a run was planned with. @throws IsthmusError `model-mismatch` when the weights or settings here are others */
  require(identity: ModelIdentity): Promise<ModelHandle>;
  /**
   * How many calls of a model are worked on at the same time in this process: what the memory of its contexts holds. Undefined where
   * nothing bounds them here: a remote model, or one of which that is not known yet.
   */
  sequences?(name: string): Promise<number | undefined>;
  /**
   * Whether a job may use a model now: where memory is bounded, another one may have to leave first. If so, how to say that the job is over.
   * Absent: always.
   */
  take?(name: string): Promise<(() => void) | undefined>;
  /** Of every configured model; opens and loads none. */
  states(): Promise<readonly ModelState[]>;
}
