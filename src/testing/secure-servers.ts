import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { findProgram } from './programs.ts';
import { freePort, type ServerProcess, serverUser, supervise, temporary } from './server-processes.ts';

export const PASSWORD = 'opensesame-7f3a';

/** A certificate authority of its own, and a certificate for 127.0.0.1, and no other name, that it has signed. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** By OpenSSL, in a folder; all paths are of PEM files. */
export function createCertificates(folder: string): Certificates {
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
  const [ca, caKey, cert, key, request, names] = ['ca.pem', 'ca.key', 'server.pem', 'server.key', 'server.csr', 'names.cnf'].map(at) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...curve, '-keyout', caKey, '-out', ca, '-days', '2', '-subj', '/CN=Isthmus test authority');
  openssl('req', ...curve, '-keyout', key, '-out', request, '-subj', '/CN=127.0.0.1');
  writeFileSync(names, 'subjectAltName=IP:127.0.0.1\n');
  openssl('x509', '-req', '-in', request, '-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-out', cert, '-days', '2', '-extfile', names);
  return { ca, cert, key };
}

/** Redis with TLS only, a password, and a user `isthmus` who may touch nothing but our keys and run nothing dangerous. */
export async function startSecureRedis({ ca, cert, key }: Certificates): Promise<ServerProcess> {
  const program = findProgram('redis-server');
  if (program === null) throw new Error('Redis is not installed.');
  const port = await freePort();
  const directory = temporary('redis-tls');
  const tls = ['--tls-port', String(port), '--port', '0', '--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', ca];
  const settings = ['--tls-auth-clients', 'no', '--bind', '127.0.0.1', '--dir', directory, '--save', '', '--requirepass', PASSWORD];
  const acl = ['--user', 'isthmus', 'on', `>${PASSWORD}`, '~isthmus:*', '&isthmus:*', '+@all', '-@dangerous', '+info'];
  const url = `rediss://:${PASSWORD}@127.0.0.1:${port}`;
  return supervise({
    url,
    directory,
    spawn: () => spawn(program, [...tls, ...settings, ...acl], { stdio: 'ignore' }),
    ping: async () => {
      const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, tls: { ca: readFileSync(ca, 'utf8') } });
      client.on('error', () => undefined);
      await client
        .connect()
        .then(() => client.ping())
        .finally(() => client.disconnect());
    },
  });
}

/** Postgres that lets nobody in without TLS and a password. */
export async function startSecurePostgres({ ca, cert, key }: Certificates): Promise<ServerProcess> {
  const [initdb, program] = [findProgram('initdb'), findProgram('postgres')];
  if (initdb === null || program === null) throw new Error('Postgres is not installed.');
  const port = await freePort();
  const directory = temporary('postgres-tls');
  const user = serverUser();
  const data = join(directory, 'data');
  const file = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    // Postgres refuses a key that others may read.
    chmodSync(path, 0o600);
    if (user.uid !== undefined && user.gid !== undefined) chownSync(path, user.uid, user.gid);
    return path;
  };
  if (user.uid !== undefined && user.gid !== undefined) chownSync(directory, user.uid, user.gid);
  const auth = ['--username=isthmus', '--auth=scram-sha-256', `--pwfile=${file('password', PASSWORD)}`];
  execFileSync(initdb, ['-D', data, ...auth, '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'], {
    ...user,
    cwd: directory,
    stdio: 'ignore',
  });
  const rules = file('pg_hba.conf', 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
  const files = {
    ssl_cert_file: file('server.pem', readFileSync(cert, 'utf8')),
    ssl_key_file: file('server.key', readFileSync(key, 'utf8')),
  };
  const settings = { ...files, ssl: 'on', hba_file: rules, fsync: 'off', listen_addresses: '127.0.0.1' };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const url = `postgres://isthmus:${PASSWORD}@127.0.0.1:${port}/postgres?sslmode=verify-full&sslrootcert=${ca}`;
  return supervise({
    url,
    directory,
    spawn: () => spawn(program, ['-D', data, '-p', String(port), '-k', directory, ...flags], { ...user, cwd: directory, stdio: 'ignore' }),
    ping: async () => {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => undefined);
      await client.connect().finally(() => client.end().catch(() => undefined));
    },
  });
}
