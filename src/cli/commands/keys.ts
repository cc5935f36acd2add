import { type Command, InvalidArgumentError } from 'commander';
import type { Admin } from '../../compose/admin.ts';
import { openAdmin } from '../../compose/open-admin.ts';
import { loadConfig } from '../../config.ts';
import type { ApiKey, Scope } from '../../ports/key-store.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../run-command.ts';
import { renderTable } from '../views/table.ts';

const SCOPES = ['research:read', 'research:write', 'tools', 'admin'] as const satisfies readonly Scope[];
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

interface CommonFlags {
  readonly json?: boolean;
  readonly config?: string;
}

interface CreateFlags extends CommonFlags {
  readonly owner: string;
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  readonly expiresDays?: number;
  readonly requestsPerMinute?: number;
  readonly concurrentRuns?: number;
}

type WithKeys = (flags: CommonFlags, action: (keys: Admin['keys']) => Promise<void>) => Promise<void>;

export function addKeys(program: Command, io: Io, exit: (code: number) => void): void {
  const keys = program.command('keys').description('the API keys of this installation');
  const withKeys: WithKeys = async (flags, action) => {
    const config = await loadConfig({ cwd: io.cwd, ...(flags.config === undefined ? {} : { file: flags.config }) });
    await using admin = await openAdmin(config);
    await action(admin.keys);
    exit(EXIT.ok);
  };
  addCreate(keys, io, withKeys);
  addList(keys, io, withKeys);
  addRotate(keys, io, withKeys);
  addRevoke(keys, io, withKeys);
}

function addCreate(keys: Command, io: Io, withKeys: WithKeys): void {
  common(keys.command('create'))
    .description('make a key; its secret is shown once')
    .requiredOption('--owner <name>', 'who it is for, for people')
    .option('--tenant <name>', 'whose runs it sees', 'local')
    .option('--scopes <names>', `what it allows, of ${SCOPES.join(', ')}`, parseScopes, ['research:read', 'research:write', 'tools'])
    .option('--expires-days <n>', 'how long it works (default: until it is revoked)', parseCount)
    .option('--requests-per-minute <n>', 'how often it may ask', parseCount)
    .option('--concurrent-runs <n>', 'how many runs its tenant may have at work', parseCount)
    .action((flags: CreateFlags) => withKeys(flags, async (store) => showSecret(await store.create(toNewKey(flags)), flags, io)));
}

function toNewKey({ owner, tenant, scopes, expiresDays, requestsPerMinute, concurrentRuns }: CreateFlags) {
  return {
    owner,
    tenant,
    scopes,
    ...(expiresDays === undefined ? {} : { expiresAt: Date.now() + expiresDays * DAY_MS }),
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
    ...(concurrentRuns === undefined ? {} : { concurrentRuns }),
  };
}

function addList(keys: Command, io: Io, withKeys: WithKeys): void {
  common(keys.command('list'))
    .description('list the keys; secrets are not kept and cannot be shown')
    .option('--tenant <name>', 'only those of this tenant')
    .action((flags: CommonFlags & { tenant?: string }) =>
      withKeys(flags, async (store) => list(await store.list(flags.tenant), flags, io)),
    );
}

function list(found: readonly ApiKey[], { json }: CommonFlags, io: Io): void {
  if (json === true) io.write(JSON.stringify(found, null, 2));
  else if (found.length === 0) io.note('There are no keys. Make one with: isthmus keys create --owner <name>');
  else {
    const columns = ['id', 'begins', 'owner', 'tenant', 'scopes', 'last used (UTC)', 'state'].map((title) => ({ title }));
    const rows = found.map((key) => [
      key.id,
      `${key.hint}…`,
      key.owner,
      key.tenant,
      key.scopes.join(' '),
      time(key.lastUsedAt),
      stateOf(key),
    ]);
    io.write(renderTable(columns, rows));
  }
}

function addRotate(keys: Command, io: Io, withKeys: WithKeys): void {
  common(keys.command('rotate'))
    .description('give a key a new secret; the old one works on for a while')
    .argument('<id>', 'as `isthmus keys list` shows it')
    .option('--grace-hours <n>', 'how long the old secret works on; 0 ends it now', parseHours, 24)
    .action((id: string, flags: CommonFlags & { graceHours: number }) =>
      withKeys(flags, async (store) => showSecret(await store.rotate(id, { graceMs: flags.graceHours * HOUR_MS }), flags, io)),
    );
}

function addRevoke(keys: Command, io: Io, withKeys: WithKeys): void {
  common(keys.command('revoke'))
    .description('end a key for good; a running server follows within two seconds')
    .argument('<id>', 'as `isthmus keys list` shows it')
    .action((id: string, flags: CommonFlags) =>
      withKeys(flags, async (store) => {
        await store.revoke(id);
        io.note(`revoked ${id}`);
      }),
    );
}

function common(command: Command): Command {
  return command.option('--json', 'print as JSON').option('--config <file>', 'configuration file');
}

/** The secret alone goes to standard output, so that it can be piped to where it belongs. */
function showSecret(made: { readonly key: ApiKey; readonly secret: string }, { json }: CommonFlags, io: Io): void {
  const { id, owner, tenant } = made.key;
  if (json !== true) io.note(`key ${id} of ${owner}, tenant ${tenant}. Keep its secret; it is not shown again:`);
  io.write(json === true ? JSON.stringify(made, null, 2) : made.secret);
}

function stateOf({ revokedAt, expiresAt }: ApiKey): string {
  if (revokedAt !== undefined) return `revoked ${time(revokedAt)}`;
  if (expiresAt === undefined) return 'works';
  return expiresAt < Date.now() ? 'expired' : `until ${time(expiresAt)}`;
}

function time(ms: number | undefined): string {
  return ms === undefined ? 'never' : new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

function parseScopes(text: string): Scope[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !SCOPES.some((scope) => scope === name));
  if (unknown.length > 0) throw new InvalidArgumentError(`Expected scopes of ${SCOPES.join(', ')}, but got "${unknown.join(', ')}".`);
  return SCOPES.filter((scope) => names.includes(scope));
}

function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1_000_000_000) throw new InvalidArgumentError('Expected a whole number above 0.');
  return value;
}

function parseHours(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError('Expected a number of hours, 0 or more.');
  return value;
}
