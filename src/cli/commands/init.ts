import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { CONFIG_FILE } from '../../config.ts';
import { IsthmusError } from '../../domain/errors.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../run-command.ts';

export function addInit(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('init')
    .description(`write a commented ${CONFIG_FILE} into this folder`)
    .action(async () => {
      const path = resolve(io.cwd, CONFIG_FILE);
      try {
        // `wx`: never over a file that somebody has edited.
        await writeFile(path, CONFIG_TEMPLATE, { flag: 'wx' });
      } catch (cause) {
        throw new IsthmusError(
          'conflict',
          `Expected no ${CONFIG_FILE} here, but there is one (or the folder cannot be written); it was left as it is.`,
          { cause },
        );
      }
      io.note(`Wrote ${CONFIG_FILE}. Every line in it is a default; change what you need.`);
      exit(EXIT.ok);
    });
}

/** Parsed by a test, uncommented, so that it cannot drift from the schema. */
export const CONFIG_TEMPLATE = `# Isthmus configuration. Every value shown is the default; delete what you do not change.

# Runs, documents and the queue live here. One process at a time.
dataDir: .isthmus

# Models by name. "nano" and the smaller "nano-1m" are bundled and always there.
# models:
#   qwen:                         # a GGUF of your own, run in-process by llama.cpp
#     provider: llama
#     path: models/qwen2.5-7b-instruct-q4_k_m.gguf
#     profile: instruct           # how it is spoken to: its own chat template, JSON answers
#     contextTokens: 8192         # default: what the file says
#     gpu: auto                   # auto, cuda, metal, vulkan, or false
#   gpt:                          # any OpenAI-compatible endpoint
#     provider: openai
#     model: gpt-4o-mini
#     baseUrl: https://api.openai.com/v1
#     apiKeyEnv: OPENAI_API_KEY

# Who does what: plugin, model, options.
strategy: { use: map-reduce }    # options: { chunks: 12 }, the chunks read for each query
planner: { use: single, model: nano }
retriever: { use: bm25 }
compressor: { use: select, model: nano }  # abstractive for a model that writes
estimator: { use: panel }
gate: { use: relevant }
predictor: { use: local, model: nano }      # options: { evidenceTokens: 512 }, at most so much evidence is read

# The model whose log-probabilities are the bits; null scores nothing.
scorer: nano

# true asks nothing of another machine: no page, no search, no remote model. ISTHMUS_OFFLINE=1 says the same.
offline: false

# How the web is read and searched, where a run names URLs or asks for a search.
# web:
#   provider: searxng             # or wikipedia, or with keys in TAVILY_API_KEY, BRAVE_API_KEY, SERPER_API_KEY: tavily, brave, serper
#   url: http://localhost:8888    # searxng has no usual place
#   language: en
#   results: 8                    # of one search
#   maxBytes: 10485760            # of one page
#   timeoutMs: 20000
#   requestsPerSecond: 1          # to one host
#   userAgent: Isthmus (+mailto:me@example.org)
#   allowAddresses: ['10.0.0.5:8080']   # private addresses are refused; this opens one to whoever names a URL

# Decides the panel of contexts and any sampling: equal seeds, equal runs.
seed: 7

# Prices in LiteLLM's format (model_prices_and_context_window.json).
# prices: model_prices_and_context_window.json

# What a second of this machine costs you, for the ledger. Without it local work is "unpriced".
# localUsdPerSecond: 0.0002
`;
