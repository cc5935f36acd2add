import type { z } from 'zod';
import type { Scope } from '../ports/key-store.ts';

export interface RouteHeader {
  readonly name: string;
  readonly description: string;
}

/** One answer beside those that every route can give. `schema` is of JSON; other contents are named by their type. */
export interface RouteAnswer {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly contentType?: 'text/csv' | 'text/event-stream' | 'text/markdown' | 'text/html' | 'text/plain' | 'application/json';
}

/** What a route is to the outside; handlers are found by its id. OpenAPI, the page and the tests read this table. */
export interface Route {
  readonly id: string;
  readonly method: 'get' | 'post' | 'delete';
  /** In OpenAPI's notation. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  /** Absent: anybody may ask. */
  readonly scope?: Scope;
  readonly query?: z.ZodObject;
  readonly headers?: readonly RouteHeader[];
  readonly body?: { readonly schema: z.ZodType; readonly isRequired: boolean };
  readonly answers: Readonly<Record<number, readonly RouteAnswer[]>>;
  /** Statuses of errors that this route can give beside 400, 401, 403, 404, 429 and 500. */
  readonly errors?: readonly number[];
}
