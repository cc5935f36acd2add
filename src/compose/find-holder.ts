import { findStoreHolder, type StoreHolder } from '../adapters/database/store-lock.ts';
import type { Config } from '../config.ts';

/** The process that has the embedded store open, if one has; asks without opening it. */
export async function findHolder({ dataDir }: Config): Promise<StoreHolder | undefined> {
  return findStoreHolder(dataDir);
}
