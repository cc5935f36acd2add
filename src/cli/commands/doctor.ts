import { access, constants, mkdir } from 'node:fs/promises';
import type { Command } from 'commander';
import { openTools, type Tools } from '../../compose/compose.ts';
import { findHolder } from '../../compose/find-holder.ts';
import { type Config, loadConfig } from '../../config.ts';
import { toErrorRecord } from '../../domain/errors.ts';
import { redactSecrets } from '../../domain/redact.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../run-command.ts';

interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'problem';
  readonly detail: string;
}

export function addDoctor(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('doctor')
    .description('check what Isthmus needs, and say how to mend what is missing')
    .option('--json', 'print as JSON')
    .option('--config <file>', 'configuration file')
    .action(async (flags: { json?: boolean; config?: string }) => {
      const config = await loadConfig({ cwd: io.cwd, ...(flags.config === undefined ? {} : { file: flags.config }) });
      await using tools = await openTools(config);
      const findings = [nodeVersion(), await dataDirectory(config), await holder(config), ...(await models(tools))];
      if (flags.json === true) io.write(JSON.stringify(findings, null, 2));
      else for (const finding of findings) io.write(`${mark(finding, io)} ${finding.name}: ${finding.detail}`);
      exit(findings.some((finding) => finding.state === 'problem') ? EXIT.failed : EXIT.ok);
    });
}

function mark({ state }: Finding, { colors }: Io): string {
  return { ok: colors.green('ok     '), warning: colors.yellow('warning'), problem: colors.red('problem') }[state];
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isRecent = major > 20 || (major === 20 && minor >= 19);
  return {
    name: 'Node',
    state: isRecent ? 'ok' : 'problem',
    detail: isRecent ? process.version : `${process.version}, but 20.19 or later is needed`,
  };
}

async function dataDirectory({ dataDir }: Config): Promise<Finding> {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.W_OK);
    return {
      name: 'data directory',
      state: 'ok',
      detail: `${dataDir} (runs survive a killed process, not a power cut: the embedded store does not fsync)`,
    };
  } catch {
    return {
      name: 'data directory',
      state: 'problem',
      detail: `${dataDir} cannot be written; set dataDir in the configuration or ISTHMUS_DATA_DIR`,
    };
  }
}

async function holder(config: Config): Promise<Finding> {
  const held = await findHolder(config);
  if (held === undefined) return { name: 'store', state: 'ok', detail: 'free' };
  return {
    name: 'store',
    state: 'warning',
    detail: `in use by process ${held.pid}${held.url === undefined ? '; one process at a time' : `, which serves ${held.url}`}`,
  };
}

/** Each model is asked for one token: weights that load may still not run. */
async function models({ config, models: pool }: Tools): Promise<Finding[]> {
  return Promise.all(
    Object.entries(config.models).map(async ([name, entry]): Promise<Finding> => {
      try {
        const { model } = await pool.open(name);
        if (entry.provider === 'openai') return { name: `model ${name}`, state: 'ok', detail: `${entry.model} (not called)` };
        const started = Date.now();
        await model.countTokens(['ready?']);
        const device = (await model.device?.()) ?? 'cpu';
        const detail = `loads in ${((Date.now() - started) / 1000).toFixed(1)} s, computes on ${device}`;
        // Slower by far than hoped for, and nothing else would say so.
        if (entry.gpu !== false && device === 'cpu')
          return { name: `model ${name}`, state: 'warning', detail: `${detail}: no GPU was found that llama.cpp can use` };
        return { name: `model ${name}`, state: 'ok', detail };
      } catch (error) {
        return { name: `model ${name}`, state: 'problem', detail: redactSecrets(toErrorRecord(error).message) };
      }
    }),
  );
}
