import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

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

/** Debian keeps Postgres' programs out of PATH, one folder a version; the newest first. */
function debianPostgres(): string[] {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return [];
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(root, version, 'bin'));
}
