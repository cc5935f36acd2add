import type { Command } from 'commander';
import { openTools } from '../../compose/compose.ts';
import { loadConfig } from '../../config.ts';
import { toErrorRecord } from '../../domain/errors.ts';
import { count } from '../../report/figures.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../run-command.ts';
import { renderTable } from '../views/table.ts';

export function addModels(program: Command, io: Io, exit: (code: number) => void): void {
  const models = program.command('models').description('the models this configuration knows');
  models
    .command('list')
    .description('names, sizes, contexts, and whether each can be used')
    .option('--json', 'print as JSON')
    .option('--config <file>', 'configuration file')
    .action(async (flags: { json?: boolean; config?: string }) => {
      const config = await loadConfig({ cwd: io.cwd, ...(flags.config === undefined ? {} : { file: flags.config }) });
      await using tools = await openTools(config);
      const rows = await Promise.all(Object.keys(config.models).map((name) => describeModel(name, tools)));
      if (flags.json === true) io.write(JSON.stringify(rows, null, 2));
      else {
        const cells = rows.map((row) => [
          row.name,
          row.provider,
          row.parameters === undefined ? '–' : `${(row.parameters / 1e6).toFixed(1)} M`,
          row.contextTokens === undefined ? '–' : count(row.contextTokens),
          row.capabilities.join(', '),
          row.problem ?? row.identity,
        ]);
        io.write(
          renderTable(
            [
              { title: 'model' },
              { title: 'provider' },
              { title: 'parameters', align: 'right' },
              { title: 'context', align: 'right' },
              { title: 'can' },
              { title: 'file or endpoint', maxWidth: 70 },
            ],
            cells,
          ),
        );
      }
      exit(rows.some((row) => row.problem !== undefined) ? EXIT.failed : EXIT.ok);
    });
}

interface ModelRow {
  readonly name: string;
  readonly provider: string;
  readonly identity: string;
  readonly capabilities: readonly string[];
  readonly parameters?: number;
  readonly contextTokens?: number;
  readonly problem?: string;
}

async function describeModel(name: string, { config, models }: Awaited<ReturnType<typeof openTools>>): Promise<ModelRow> {
  const entry = config.models[name];
  const identity = entry?.provider === 'llama' ? entry.path : (entry?.baseUrl ?? entry?.model ?? '');
  const base = { name, provider: entry?.provider ?? '', identity };
  try {
    const { model } = await models.open(name);
    const { contextTokens, shape } = await model.describe();
    return { ...base, capabilities: model.capabilities, contextTokens, ...(shape === undefined ? {} : { parameters: shape.parameters }) };
  } catch (error) {
    return { ...base, capabilities: [], problem: toErrorRecord(error).message };
  }
}
