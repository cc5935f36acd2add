/**
 * `node scripts/complete-lock.cjs`: adds to package-lock.json the optional packages of other platforms that npm left out.
 *
 * A package with native code comes as one optional package for each platform. Where a registry mirror does not carry all of them,
 * `npm install` writes a lock without the missing ones, and `npm ci` then refuses that lock on every machine. Their versions are those
 * their parents ask for, and their platforms are in their names. They have no `integrity`: whoever runs `npm install` with the public
 * registry gets it filled in.
 */
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const LOCK = join(__dirname, '../package-lock.json');
const SYSTEMS = {
  android: /android/,
  darwin: /darwin|^mac-/,
  freebsd: /freebsd/,
  linux: /linux/,
  openharmony: /openharmony/,
  win32: /^win-|win32/,
};
const PROCESSORS = { arm: /-arm(-|$)/, arm64: /arm64/, ia32: /ia32/, ppc64: /ppc64/, riscv64: /riscv64/, s390x: /s390x/, x64: /x64/ };

function match(table, name) {
  // The scope is left out: it names the project, not the platform.
  const [key] = Object.entries(table).find(([, pattern]) => pattern.test(name.split('/').at(-1))) ?? [];
  if (key === undefined) throw new Error(`The name ${name} does not say its platform; add it by hand.`);
  return [key];
}

function entryOf(name, range, parent) {
  const libc = /-gnu$/.test(name) ? { libc: ['glibc'] } : /-musl$/.test(name) ? { libc: ['musl'] } : {};
  const dev = parent.dev ? { dev: true } : {};
  return { version: range.replace(/^[\^~]/, ''), cpu: match(PROCESSORS, name), ...dev, ...libc, optional: true, os: match(SYSTEMS, name) };
}

const lock = JSON.parse(readFileSync(LOCK, 'utf8'));
const entries = Object.entries(lock.packages);
const isListed = (name) => entries.some(([path]) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`));
const added = entries.flatMap(([, parent]) =>
  Object.entries(parent.optionalDependencies ?? {})
    .filter(([name]) => !isListed(name))
    .map(([name, range]) => [`node_modules/${name}`, entryOf(name, range, parent)]),
);

if (added.length > 0) {
  const packages = Object.fromEntries([...entries, ...added].sort(([a], [b]) => a.localeCompare(b, 'en')));
  writeFileSync(LOCK, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
}
console.log(`${added.length} packages added`);
