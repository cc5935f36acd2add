#!/usr/bin/env node
import { Command } from 'commander';
import { addEval } from '../eval/commands/eval.ts';
import { addCompare } from './cli/commands/compare.ts';
import { addCompress } from './cli/commands/compress.ts';
import { addCorpora } from './cli/commands/corpora.ts';
import { addDemo } from './cli/commands/demo.ts';
import { addDoctor } from './cli/commands/doctor.ts';
import { addEstimators } from './cli/commands/estimators.ts';
import { addForget } from './cli/commands/forget.ts';
import { addIngest } from './cli/commands/ingest.ts';
import { addInit } from './cli/commands/init.ts';
import { addKeys } from './cli/commands/keys.ts';
import { addModels } from './cli/commands/models.ts';
import { addRank } from './cli/commands/rank.ts';
import { addResearch } from './cli/commands/research.ts';
import { addResume, addRuns } from './cli/commands/runs.ts';
import { addScore } from './cli/commands/score.ts';
import { addSearch } from './cli/commands/search.ts';
import { addServe } from './cli/commands/serve.ts';
import { addWorker } from './cli/commands/worker.ts';
import { createIo } from './cli/io.ts';
import { EXIT } from './cli/run-command.ts';
import { IsthmusError } from './domain/errors.ts';
import { redactSecrets } from './domain/redact.ts';
import { VERSION } from './version.ts';

const io = createIo();
const exit = (code: number): void => {
  process.exitCode = code;
};

const program = new Command('isthmus')
  .description('Small local models read, each summary is measured in bits, a larger model answers from what survived.')
  .version(VERSION)
  .showHelpAfterError('(isthmus --help tells more)')
  .addHelpText(
    'after',
    '\nStart here:\n  isthmus demo\n  isthmus compress notes.md -q "Who won?"\n  isthmus research "Who won?" --docs notes/',
  );

for (const add of [
  addDemo,
  addResearch,
  addIngest,
  addCorpora,
  addSearch,
  addForget,
  addResume,
  addRuns,
  addCompress,
  addScore,
  addRank,
  addCompare,
  addEval,
  addEstimators,
  addModels,
  addDoctor,
  addInit,
  addServe,
  addKeys,
  addWorker,
])
  add(program, io, exit);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof IsthmusError)) throw error;
  io.note(`${io.colors.red('error')} ${redactSecrets(error.message)}`);
  process.exitCode = error.code === 'aborted' ? EXIT.interrupted : EXIT.failed;
}
