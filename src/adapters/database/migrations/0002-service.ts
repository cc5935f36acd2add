/** Generated from `schema.ts` by drizzle-kit, then only ordered and shortened. Never edit it: add a migration. */
export const service = {
  id: '0002-service',
  sql: `
ALTER TABLE isthmus.runs
  ADD COLUMN metadata json,
  ADD COLUMN parent text,
  ADD COLUMN is_background boolean NOT NULL DEFAULT false,
  ADD COLUMN is_cancel_requested boolean NOT NULL DEFAULT false;
CREATE INDEX runs_unfinished ON isthmus.runs (tenant, position) WHERE is_background AND status IN ('queued', 'in_progress');

ALTER TABLE isthmus.steps DROP CONSTRAINT steps_run_id_fkey;

CREATE TABLE isthmus.run_leases (
  run_id text PRIMARY KEY REFERENCES isthmus.runs (id),
  owner text NOT NULL,
  expires_at bigint NOT NULL
);

CREATE TABLE isthmus.idempotency_keys (
  tenant text NOT NULL,
  key text NOT NULL,
  body_hash text NOT NULL,
  run_id text NOT NULL REFERENCES isthmus.runs (id),
  PRIMARY KEY (tenant, key)
);
CREATE INDEX idempotency_keys_run_id ON isthmus.idempotency_keys (run_id);

CREATE TABLE isthmus.corpus_grants (
  tenant text NOT NULL,
  corpus_id text NOT NULL REFERENCES isthmus.corpora (id),
  PRIMARY KEY (tenant, corpus_id)
);

CREATE TABLE isthmus.api_keys (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  owner text NOT NULL,
  scopes json NOT NULL,
  hint text NOT NULL,
  created_at bigint NOT NULL,
  last_used_at bigint,
  expires_at bigint,
  revoked_at bigint,
  requests_per_minute integer NOT NULL,
  concurrent_runs integer NOT NULL
);
CREATE INDEX api_keys_tenant ON isthmus.api_keys (tenant);

CREATE TABLE isthmus.api_secrets (
  hash text PRIMARY KEY,
  key_id text NOT NULL REFERENCES isthmus.api_keys (id),
  expires_at bigint
);
CREATE INDEX api_secrets_key_id ON isthmus.api_secrets (key_id);
`,
} as const;
