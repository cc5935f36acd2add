import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { PGlite } from '@electric-sql/pglite';
import { createPgConfig, PglitePgConnection } from '@electric-sql/pglite/node-postgres';
import pg from 'pg';
import { IsthmusError } from '../../domain/errors.ts';

type Statement = string | pg.QueryConfig;
type Values = readonly unknown[] | undefined;

/** How long `end` waits for a transaction that somebody has left open. PGlite rolls it back when it closes. */
const END_PATIENCE_MS = 5_000;

/**
 * A `pg.Pool` over one PGlite instance, as BullMQ and Drizzle expect it; values are converted by `pg` itself, so both
 * see exactly what a server would have given them.
 *
 * All clients share one database session, so a transaction must own it: whoever begins one holds the session from that
 * statement to its COMMIT or ROLLBACK, or to `release()`; single statements hold it for their own time, and everybody else waits
 * in line. Whether a transaction is open is asked of PGlite after each statement and never guessed from SQL. So a client
 * that only listens holds nothing, and any number may stay connected.
 *
 * Sharing has one price: never await a statement of another client inside a transaction, it waits for the transaction's end.
 */
export class PglitePool extends EventEmitter {
  /** What BullMQ looks at: an in-process listener cannot lose its connection unnoticed. */
  readonly options = { keepAlive: true };
  readonly #session: PgliteSession;
  readonly #clients = new Set<PglitePoolClient>();
  #hasEnded = false;

  private constructor(session: PgliteSession) {
    super();
    this.#session = session;
    this.setMaxListeners(0);
  }

  static async open(db: PGlite): Promise<PglitePool> {
    const pool: PglitePool = new PglitePool(
      await PgliteSession.open(db, (notification) => {
        for (const client of pool.#clients) client.emit('notification', notification);
      }),
    );
    return pool;
  }

  async query<Row extends pg.QueryResultRow>(statement: Statement, values?: Values): Promise<pg.QueryResult<Row>> {
    this.#assertOpen();
    const giveBack = await this.#session.take();
    try {
      this.#assertOpen();
      const result = await this.#session.run<Row>(statement, values);
      if (!this.#session.isInTransaction()) return result;
      await this.#session.run('ROLLBACK', undefined);
      throw new IsthmusError('internal', 'A transaction was begun on the pool. Begin it on a client: `await pool.connect()`.');
    } finally {
      giveBack();
    }
  }

  async connect(): Promise<PglitePoolClient> {
    this.#assertOpen();
    const client: PglitePoolClient = new PglitePoolClient(this.#session, () => this.#clients.delete(client));
    this.#clients.add(client);
    return client;
  }

  /** Refuses new statements and waits for those in line. The PGlite instance stays open. */
  async end(): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, END_PATIENCE_MS);
    });
    await Promise.race([this.#session.take(), patience]);
    clearTimeout(timer);
  }

  #assertOpen(): void {
    // BullMQ recognises these words and lets stragglers of its shutdown rest.
    if (this.#hasEnded) throw new Error('Cannot use a pool after calling end on the pool');
  }
}

/** One client of a {@link PglitePool}. Its own statements run in the order given. */
export class PglitePoolClient extends EventEmitter {
  readonly #session: PgliteSession;
  readonly #onRelease: () => void;
  #line: Promise<unknown> = Promise.resolve();
  /** Present while a transaction of this client is open: it owns the session. */
  #giveBack: (() => void) | undefined;
  #isReleased = false;

  constructor(session: PgliteSession, onRelease: () => void) {
    super();
    this.#session = session;
    this.#onRelease = onRelease;
    this.setMaxListeners(0);
  }

  query<Row extends pg.QueryResultRow>(statement: Statement, values?: Values): Promise<pg.QueryResult<Row>> {
    if (this.#isReleased) return Promise.reject(new Error('Cannot use a client after it was released to the pool'));
    const result = this.#line.then(() => this.#run<Row>(statement, values));
    this.#line = result.catch(() => undefined);
    return result;
  }

  /** A transaction that is still open is rolled back, as nobody could end it any more. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#onRelease();
    this.#line = this.#line.then(() => this.#abandon()).catch(() => undefined);
  }

  async #run<Row extends pg.QueryResultRow>(statement: Statement, values: Values): Promise<pg.QueryResult<Row>> {
    const giveBack = this.#giveBack ?? (await this.#session.take());
    this.#giveBack = giveBack;
    try {
      return await this.#session.run<Row>(statement, values);
    } finally {
      if (!this.#session.isInTransaction()) this.#leave();
    }
  }

  async #abandon(): Promise<void> {
    if (this.#giveBack === undefined) return;
    try {
      await this.#session.run('ROLLBACK', undefined);
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    giveBack?.();
  }
}

/** After so long without a pause, timers and sockets get their turn. */
const PAUSE_AFTER_MS = 5;

/**
 * The one session of a PGlite instance, and the line in front of it.
 *
 * PGlite answers within the same turn of the event loop, so a caller that awaits one statement after another would keep
 * all timers and sockets waiting: lock renewals, event streams, other processes. Hence the pauses.
 */
class PgliteSession {
  readonly #db: PGlite;
  readonly #client: pg.Client;
  #line: Promise<void> = Promise.resolve();
  #pausedAt = 0;

  private constructor(db: PGlite, client: pg.Client) {
    this.#db = db;
    this.#client = client;
  }

  static async open(db: PGlite, onNotification: (notification: pg.Notification) => void): Promise<PgliteSession> {
    const config = { ...createPgConfig(db), connection: new PgliteConnection({ pglite: db }) };
    const client = new pg.Client(config);
    client.on('notification', onNotification);
    await client.connect();
    return new PgliteSession(db, client);
  }

  /** Waits for everybody ahead. The session belongs to the caller until he calls what he was given. */
  async take(): Promise<() => void> {
    const ahead = this.#line;
    let leave = () => {};
    this.#line = new Promise((resolve) => {
      leave = resolve;
    });
    await ahead;
    return leave;
  }

  async run<Row extends pg.QueryResultRow>(statement: Statement, values: Values): Promise<pg.QueryResult<Row>> {
    if (performance.now() - this.#pausedAt > PAUSE_AFTER_MS) {
      await setImmediate();
      this.#pausedAt = performance.now();
    }
    return this.#client.query<Row>(statement as string, values as unknown[] | undefined);
  }

  isInTransaction(): boolean {
    return this.#db.ready && this.#db.isInTransaction();
  }
}

/** PGlite's stand-in for a connection of `pg`, but for one thing: what `pg` calls `types` here are parsers of results, not parameter types. */
class PgliteConnection extends PglitePgConnection {
  override parse(query: { readonly text: string; readonly name?: string }): void {
    super.parse({ ...query, types: undefined });
  }
}
