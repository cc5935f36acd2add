import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const POSTGRES_ROOT = '/usr/lib/postgresql';
const VULKAN_DRIVERS = '/usr/share/vulkan/icd.d';

/** Its path, or null where it is not installed. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...debianPostgres()];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

export function findChromium(): string | null {
  return findProgram('chromium') ?? findProgram('google-chrome');
}

/** Mesa's lavapipe: a Vulkan device in software. */
export function hasSoftwareVulkan(): boolean {
  return existsSync(VULKAN_DRIVERS) && readdirSync(VULKAN_DRIVERS).some((name) => /^lvp_icd.*\.json$/.test(name));
}

/** The Debian packages that the `servers` tests still need on this machine; a server given by its address needs none. */
export function missingPackages(): string[] {
  const hasRedis = process.env['REDIS_URL'] !== undefined || findProgram('redis-server') !== null;
  const hasPostgres = process.env['DATABASE_URL'] !== undefined || (findProgram('initdb') !== null && findProgram('postgres') !== null);
  return [
    ...(hasRedis ? [] : ['redis-server']),
    ...(hasPostgres ? [] : ['postgresql']),
    ...(findProgram('openssl') === null ? ['openssl'] : []),
    ...(findChromium() === null ? ['chromium'] : []),
    ...(hasSoftwareVulkan() ? [] : ['mesa-vulkan-drivers']),
  ];
}

/**
 * pgvector for the newest Postgres here, where the distribution has it as a package (Debian 12 has not). It is installed
 * if it can be, and its tests are skipped where it is not.
 */
export function wantedPackages(): string[] {
  const [version] = postgresVersions();
  if (version === undefined || process.env['DATABASE_URL'] !== undefined) return [];
  if (existsSync(`/usr/share/postgresql/${version}/extension/vector.control`)) return [];
  const name = `postgresql-${version}-pgvector`;
  const { status, stdout } = spawnSync('apt-cache', ['show', '--no-all-versions', name], { encoding: 'utf8' });
  return status === 0 && stdout.includes(name) ? [name] : [];
}

/** Debian keeps Postgres' programs out of PATH, one folder a version; the newest first. */
function debianPostgres(): string[] {
  return postgresVersions().map((version) => join(POSTGRES_ROOT, version, 'bin'));
}

function postgresVersions(): string[] {
  return existsSync(POSTGRES_ROOT) ? readdirSync(POSTGRES_ROOT).sort((a, b) => Number(b) - Number(a)) : [];
}
