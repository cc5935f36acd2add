/**
 * What a package of plugins is tested with: the conformance suite of each kind, a model that says what it is told to, builders, and
 * stores in memory. The suites call Vitest, and some of them fast-check: both are optional peer dependencies of this package, to be
 * installed where this entry is imported.
 */
// biome-ignore-all lint/performance/noBarrelFile: the public face of a package's entry has to be one file
export {
  buildContext,
  buildCorpus,
  buildEvidence,
  buildSample,
  buildStatistics,
  buildSummary,
  plainProfile,
} from './builders.ts';
export { conformCompressor } from './conform-compressor.ts';
export { conformDocumentStore } from './conform-document-store.ts';
export { conformEstimator } from './conform-estimator.ts';
export { conformGate } from './conform-gate.ts';
export { conformJobQueue } from './conform-job-queue.ts';
export { conformPlanner } from './conform-planner.ts';
export { conformPredictor } from './conform-predictor.ts';
export { conformRetriever } from './conform-retriever.ts';
export { conformRunStore } from './conform-run-store.ts';
export { conformStrategy } from './conform-strategy.ts';
export { createMemoryDocuments } from './memory-documents.ts';
export { createMemoryJobQueue } from './memory-job-queue.ts';
export { createMemoryRunStore } from './memory-run-store.ts';
export { createScriptedModel, promptText, type ScriptedModel, type ScriptedModelOptions } from './scripted-model.ts';
export { createScriptedTools } from './scripted-tools.ts';
