import type { SqlPool } from '../adapters/database/database.ts';
import { createVectorIndex } from '../adapters/database/vector-index.ts';
import { openLlamaEmbeddingModel } from '../adapters/llama/embedding-model.ts';
import { createOpenAiEmbeddingModel } from '../adapters/openai/embedding-model.ts';
import { type Config, type EmbeddingEntry, environment } from '../config.ts';
import { watchEmbeddings } from '../pipeline/with-telemetry.ts';
import type { EmbeddingModel } from '../ports/embedding-model.ts';
import { SILENT, type Telemetry } from '../ports/telemetry.ts';
import type { VectorIndex } from '../ports/vector-index.ts';
import type { Closer } from './closer.ts';
import { refuseRemote } from './model-pool.ts';

/** The name under which the model's calls and vectors are known: there is one. */
const NAME = 'embedding';

/**
 * The vector index of the configured embedding model; none where none is configured. The model is loaded, and the database asked for
 * pgvector, at the first use.
 * @throws IsthmusError `model-load-failed` where the file cannot be read, `egress-refused` where it is elsewhere and Isthmus is offline
 */
export async function openVectors(
  { embedding, offline }: Pick<Config, 'embedding' | 'offline'>,
  { pool, closer, telemetry = SILENT }: { readonly pool: SqlPool; readonly closer: Closer; readonly telemetry?: Telemetry },
): Promise<VectorIndex | undefined> {
  if (embedding === undefined) return undefined;
  const model = await openEmbeddingModel(embedding, { closer, offline });
  return createVectorIndex({ pool, model: telemetry === SILENT ? model : watchEmbeddings(model, telemetry) });
}

async function openEmbeddingModel(
  entry: EmbeddingEntry,
  { closer, offline }: { readonly closer: Closer; readonly offline: boolean },
): Promise<EmbeddingModel> {
  const prefixes = {
    ...(entry.queryPrefix === undefined ? {} : { queryPrefix: entry.queryPrefix }),
    ...(entry.passagePrefix === undefined ? {} : { passagePrefix: entry.passagePrefix }),
  };
  if (entry.provider === 'llama') {
    const { path, contextTokens, threads, gpu } = entry;
    const sizes = { ...(contextTokens === undefined ? {} : { contextTokens }), ...(threads === undefined ? {} : { threads }) };
    return closer.use(await openLlamaEmbeddingModel({ name: NAME, path, gpu, ...prefixes, ...sizes }));
  }
  const { model, apiKeyEnv, dimensions, timeoutMs } = entry;
  const apiKey = environment(apiKeyEnv);
  const baseUrl = entry.baseUrl ?? environment('OPENAI_BASE_URL');
  if (offline) refuseRemote(NAME, baseUrl);
  return createOpenAiEmbeddingModel({
    ...{ name: NAME, model, apiKeyVariable: apiKeyEnv, timeoutMs, ...prefixes },
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(dimensions === undefined ? {} : { dimensions }),
  });
}
