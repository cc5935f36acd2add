/**
 * What documents are read from, and where their pages and headings begin. Generated from `schema.ts` by drizzle-kit, then only ordered and
 * shortened. Never edit it: add a migration.
 */
export const documentMarks = {
  id: '0004-documents',
  sql: `
ALTER TABLE isthmus.documents ADD COLUMN format text, ADD COLUMN marks json, ADD COLUMN language text;
`,
};
