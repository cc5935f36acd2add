import type { Command } from 'commander';
import { packagePath } from '../../bundled-model.ts';
import type { Io } from '../io.ts';
import { research } from './research.ts';

const QUESTION = 'How many steps does the Skerry Point Lighthouse have?';

export function addDemo(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('demo')
    .description('answer a question over the bundled sample corpus with the bundled model')
    .argument('[question]', 'another question about the Isthmus of Carrow', QUESTION)
    .option('--json', 'print the whole result as JSON')
    .option('--html <file>', 'write the report to this file too, as one page of HTML with heat maps')
    .action(async (question: string, flags: { json?: boolean; html?: string }) =>
      exit(await research(question, { ...flags, isEmbedded: true, docs: [packagePath('samples/corpus')] }, io)),
    );
}
