/**
 * Compiles what the command line needs into `dist/`: its entry, the model process that is forked, and all they import.
 * Types are not checked here but by `npm run types`, which halves the time of `npm ci`.
 *
 * `npm ci` runs this as its `prepare` step with `--if-possible`: where development dependencies were left out there is no compiler,
 * and a `dist/` that came with the package stays as it is.
 */
const { execFileSync } = require('node:child_process');
const { chmodSync, rmSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');

function findCompiler() {
  try {
    return require.resolve('typescript/bin/tsc');
  } catch (error) {
    if (process.argv.includes('--if-possible')) return undefined;
    throw error;
  }
}

const compiler = findCompiler();
if (compiler !== undefined) {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--noCheck'], { cwd: root, stdio: 'inherit' });
  chmodSync(join(root, 'dist/src/main.js'), 0o755);
}
