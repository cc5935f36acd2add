/**
 * `npm run test:full`: every test there is, those with real servers too. What they need is installed first where that can be done
 * (Debian or Ubuntu, as root); elsewhere the command is printed. Nothing is skipped for want of a server: CI is set.
 * Arguments after `--` go to vitest.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findProgram, missingPackages, wantedPackages } from '../src/testing/programs.ts';

const ROOT = join(import.meta.dirname, '..');
/** Another apt-get may be at work, as on a machine that has just started, seconds. */
const APT_WAIT = 180;

/** Quiet unless it fails. */
function apt(...parameters: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr, error } = spawnSync('apt-get', ['-o', `DPkg::Lock::Timeout=${APT_WAIT}`, ...parameters], {
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return;
  process.stderr.write(`${stdout}${stderr}`);
  throw new Error(`apt-get ${parameters.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}`);
}

/** @returns whether everything is there now */
function install(packages: readonly string[]): boolean {
  const names = packages.join(' ');
  if (findProgram('apt-get') === null || process.getuid?.() !== 0) {
    console.error(`The full tests need ${names}. On Debian or Ubuntu:\n  sudo apt-get update && sudo apt-get install -y ${names}`);
    console.error('Elsewhere install the same programs; REDIS_URL and DATABASE_URL may name servers that are already running.');
    console.error('`npm test` runs all tests that need none of them.');
    return false;
  }
  console.log(`Installing with apt-get, for the tests with real servers: ${names}`);
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
  const missing = missingPackages();
  if (missing.length === 0) return true;
  console.error(`apt-get reported success, but still missing: ${missing.join(' ')}`);
  return false;
}

function runTests(): number {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', '--outputFile.json=.vitest-report.json'];
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], {
    cwd: ROOT,
    env: { ...process.env, CI: 'true' },
    stdio: 'inherit',
  });
  return status ?? 1;
}

/** What only some distributions have is not asked of the others. */
function installWanted(): void {
  const wanted = findProgram('apt-get') !== null && process.getuid?.() === 0 ? wantedPackages() : [];
  if (wanted.length > 0) install(wanted);
}

const missing = missingPackages();
const isReady = missing.length === 0 || install(missing);
if (isReady) installWanted();
process.exitCode = isReady ? runTests() : 1;
