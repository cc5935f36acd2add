/** Generated from `schema.ts` by drizzle-kit, then only ordered and shortened. Never edit it: add a migration. */
export const initial = {
  id: '0001-initial',
  sql: `
CREATE TABLE isthmus.runs (
  id text PRIMARY KEY,
  position bigserial NOT NULL,
  tenant text NOT NULL,
  question text NOT NULL,
  status text NOT NULL,
  sequence integer NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL
);
CREATE INDEX runs_tenant_position ON isthmus.runs (tenant, position);

CREATE TABLE isthmus.run_events (
  run_id text NOT NULL REFERENCES isthmus.runs (id),
  sequence integer NOT NULL,
  at bigint NOT NULL,
  event json NOT NULL,
  PRIMARY KEY (run_id, sequence)
);

CREATE TABLE isthmus.steps (
  step_key text PRIMARY KEY,
  tenant text NOT NULL,
  run_id text NOT NULL REFERENCES isthmus.runs (id),
  result json NOT NULL,
  ledger json NOT NULL,
  created_at bigint NOT NULL
);
CREATE INDEX steps_run_id ON isthmus.steps (run_id);

CREATE TABLE isthmus.step_waiters (
  step_key text NOT NULL,
  run_id text NOT NULL REFERENCES isthmus.runs (id),
  PRIMARY KEY (step_key, run_id)
);
CREATE INDEX step_waiters_run_id ON isthmus.step_waiters (run_id);

CREATE TABLE isthmus.ledger_entries (
  run_id text NOT NULL REFERENCES isthmus.runs (id),
  sequence integer NOT NULL,
  ordinal integer NOT NULL,
  kind text NOT NULL,
  step_key text NOT NULL,
  role text NOT NULL,
  model text NOT NULL,
  is_remote boolean NOT NULL,
  prompt_tokens integer NOT NULL,
  cached_tokens integer NOT NULL,
  output_tokens integer NOT NULL,
  scored_tokens integer NOT NULL,
  duration_ms double precision NOT NULL,
  flops_paper double precision,
  flops_full double precision,
  kinetics_memory double precision,
  micro_usd bigint,
  avoided_micro_usd bigint,
  created_at bigint NOT NULL,
  PRIMARY KEY (run_id, sequence, ordinal)
);
CREATE INDEX ledger_entries_step_key ON isthmus.ledger_entries (step_key);

CREATE TABLE isthmus.documents (
  id text PRIMARY KEY,
  uri text NOT NULL,
  title text NOT NULL,
  text text NOT NULL
);

CREATE TABLE isthmus.chunks (
  id text PRIMARY KEY,
  document_id text NOT NULL REFERENCES isthmus.documents (id),
  span_start integer NOT NULL,
  span_end integer NOT NULL,
  text text NOT NULL
);
CREATE INDEX chunks_document_id ON isthmus.chunks (document_id);

CREATE TABLE isthmus.corpora (
  id text PRIMARY KEY,
  created_at bigint NOT NULL
);

CREATE TABLE isthmus.corpus_chunks (
  corpus_id text NOT NULL REFERENCES isthmus.corpora (id),
  position integer NOT NULL,
  chunk_id text NOT NULL REFERENCES isthmus.chunks (id),
  PRIMARY KEY (corpus_id, position)
);
`,
} as const;
