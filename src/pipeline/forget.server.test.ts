import { Redis } from 'ioredis';
import pg from 'pg';
import { describe, inject } from 'vitest';
import { conformForget } from '../testing/conform-forget.ts';
import { dumpDatabase } from '../testing/dump-database.ts';
import { startPostgres, startRedis } from '../testing/server-processes.ts';
import { realClock } from '../testing/service-bench.ts';

const { redisUrl, databaseUrl } = inject('servers');

/** On servers of its own: forgetting reads all jobs of the queue, and takes away those of runs that its database does not know. */
describe.skipIf(redisUrl === null || databaseUrl === null)('with servers', () => {
  for (const [name, isOnRedis] of [
    ['Postgres and Redis', true],
    ['Postgres alone', false],
  ] as const)
    conformForget(name, {
      open: async () => {
        const postgres = present(await startPostgres());
        const redis = isOnRedis ? present(await startRedis()) : null;
        const pool = new pg.Pool({ connectionString: postgres.url });
        // A connection that is not quite closed when its server stops.
        pool.on('connect', (connection) => connection.on('error', () => undefined));
        const client = redis === null ? undefined : new Redis(redis.url);
        return {
          config: { databaseUrl: postgres.url, ...(redis === null ? {} : { redisUrl: redis.url }) },
          dump: async () => new Map([...(await dumpDatabase(pool)), ...(client === undefined ? [] : await dumpRedis(client))]),
          close: async () => {
            client?.disconnect();
            await pool.end();
            // A pool has ended before its connections are closed; a server that stops under them is an error that nobody hears.
            await realClock.sleep(500);
            await postgres.stop();
            await redis?.stop();
          },
        };
      },
    });
});

function present<Server>(server: Server | null): Server {
  if (server === null) throw new Error('The server did not start.');
  return server;
}

/** Every key, whatever its type. */
async function dumpRedis(client: Redis): Promise<Map<string, string>> {
  const read: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
    string: (key) => client.get(key),
    hash: (key) => client.hgetall(key),
    list: (key) => client.lrange(key, 0, -1),
    set: (key) => client.smembers(key),
    zset: (key) => client.zrange(key, 0, -1),
    stream: (key) => client.xrange(key, '-', '+'),
  };
  const dump = new Map<string, string>();
  for (const key of await client.keys('*')) {
    const type = await client.type(key);
    if (type === 'none') continue;
    dump.set(key, JSON.stringify(await read[type]?.(key)));
  }
  return dump;
}
