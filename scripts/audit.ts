import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { judgeAudit, parseAllowList } from './audit-verdict.ts';

/** How long the registry is waited for. */
const PATIENCE_MS = 60_000;

/** `npm audit` over what is shipped; it ends with 1 where there are advisories, and its report is on standard output all the same. */
function audit(): Promise<string> {
  const flags = ['audit', '--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=20000'];
  return new Promise((resolve) => {
    execFile('npm', flags, { timeout: PATIENCE_MS, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout) => resolve(stdout));
  });
}

const allow = parseAllowList(JSON.parse(readFileSync(new URL('./audit-allow.json', import.meta.url), 'utf8')));
const { outcome, lines } = judgeAudit(await audit(), allow, new Date().toISOString().slice(0, 10));
for (const line of lines) console.log(`audit: ${line}`);
process.exitCode = outcome === 'failed' ? 1 : 0;
