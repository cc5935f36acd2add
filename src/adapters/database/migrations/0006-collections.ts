/** Named corpora and what they were read from. Generated from `schema.ts` by drizzle-kit, then only ordered and shortened. Never edit it: add a migration. */
export const collections = {
  id: '0006-collections',
  sql: `
CREATE TABLE isthmus.collections (
  tenant text NOT NULL,
  name text NOT NULL,
  corpus_id text,
  sizes json NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  lease_owner text,
  lease_expires_at bigint,
  PRIMARY KEY (tenant, name)
);

CREATE TABLE isthmus.collection_sources (
  tenant text NOT NULL,
  name text NOT NULL,
  address text NOT NULL,
  uri text NOT NULL,
  size bigint,
  mtime_ms double precision,
  content_hash text,
  reader text NOT NULL,
  document_id text,
  reason text,
  added_at bigint NOT NULL,
  PRIMARY KEY (tenant, name, address),
  FOREIGN KEY (tenant, name) REFERENCES isthmus.collections (tenant, name) ON DELETE CASCADE
);
CREATE INDEX collection_sources_document_id ON isthmus.collection_sources (document_id);

CREATE TABLE isthmus.collection_documents (
  tenant text NOT NULL,
  name text NOT NULL,
  document_id text NOT NULL,
  chunks integer NOT NULL,
  bytes bigint NOT NULL,
  PRIMARY KEY (tenant, name, document_id),
  FOREIGN KEY (tenant, name) REFERENCES isthmus.collections (tenant, name) ON DELETE CASCADE
);

CREATE TABLE isthmus.collection_drafts (
  tenant text NOT NULL,
  name text NOT NULL,
  document_id text NOT NULL,
  document json NOT NULL,
  PRIMARY KEY (tenant, name, document_id),
  FOREIGN KEY (tenant, name) REFERENCES isthmus.collections (tenant, name) ON DELETE CASCADE
);

CREATE TABLE isthmus.collection_versions (
  tenant text NOT NULL,
  name text NOT NULL,
  corpus_id text NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (tenant, name, corpus_id),
  FOREIGN KEY (tenant, name) REFERENCES isthmus.collections (tenant, name) ON DELETE CASCADE
);
CREATE INDEX collection_versions_corpus_id ON isthmus.collection_versions (corpus_id);
CREATE INDEX runs_corpus_id ON isthmus.runs (corpus_id);
`,
};
