/**
 * Corpora as segments that are indexed by their words. Tables are generated from `schema.ts` by drizzle-kit, then only ordered and
 * shortened; each corpus that is there becomes one segment, indexed at its first search. Never edit it: add a migration.
 */
export const searchIndex = {
  id: '0005-search-index',
  sql: `
CREATE TABLE isthmus.segments (
  id text PRIMARY KEY,
  chunk_count integer NOT NULL,
  document_ids json,
  documents bytea,
  lengths bytea,
  languages json
);

CREATE TABLE isthmus.segment_chunks (
  segment_id text NOT NULL REFERENCES isthmus.segments (id) ON DELETE CASCADE,
  position integer NOT NULL,
  chunk_id text NOT NULL REFERENCES isthmus.chunks (id),
  PRIMARY KEY (segment_id, position)
);
CREATE INDEX segment_chunks_chunk_id ON isthmus.segment_chunks (chunk_id);

CREATE TABLE isthmus.segment_words (
  segment_id text NOT NULL REFERENCES isthmus.segments (id) ON DELETE CASCADE,
  word text NOT NULL,
  chunk_frequency integer NOT NULL,
  postings bytea NOT NULL,
  PRIMARY KEY (segment_id, word)
);

CREATE TABLE isthmus.corpus_segments (
  corpus_id text NOT NULL REFERENCES isthmus.corpora (id) ON DELETE CASCADE,
  ordinal integer NOT NULL,
  start integer NOT NULL,
  segment_id text NOT NULL REFERENCES isthmus.segments (id),
  removed integer[] NOT NULL,
  PRIMARY KEY (corpus_id, ordinal)
);
CREATE INDEX corpus_segments_segment_id ON isthmus.corpus_segments (segment_id);

INSERT INTO isthmus.segments (id, chunk_count) SELECT corpus_id, count(*) FROM isthmus.corpus_chunks GROUP BY corpus_id;
INSERT INTO isthmus.segment_chunks (segment_id, position, chunk_id)
  SELECT corpus_id, row_number() OVER (PARTITION BY corpus_id ORDER BY position) - 1, chunk_id FROM isthmus.corpus_chunks;
INSERT INTO isthmus.corpus_segments (corpus_id, ordinal, start, segment_id, removed) SELECT id, 0, 0, id, '{}' FROM isthmus.segments;
DROP TABLE isthmus.corpus_chunks;
CREATE VIEW isthmus.corpus_chunks AS
  SELECT corpus_id, start + position AS position, chunk_id
  FROM isthmus.corpus_segments JOIN isthmus.segment_chunks USING (segment_id)
  WHERE NOT (position = ANY (removed));
`,
};
