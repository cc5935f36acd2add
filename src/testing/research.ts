import { expect } from 'vitest';
import type { RunState } from '../domain/run.ts';
import { foldRun } from '../domain/run-reducer.ts';
import type { RunRequest } from '../pipeline/run-request.ts';
import { type EngineBench, type EngineBenchOptions, openEngineBench } from './engine-bench.ts';
import { createScriptedModel, type ScriptedModel, type ScriptedModelOptions } from './scripted-model.ts';

/** Options of an advance that nobody interrupts. */
export function never(): { readonly signal: AbortSignal } {
  return { signal: new AbortController().signal };
}

/** Copies the first sentence of a chunk, and answers with the first piece of evidence. */
export function readerReply(prompt: string): string {
  const text = /<text> ([\s\S]*?) <question>/.exec(prompt)?.[1] ?? '';
  return isPrediction(prompt) ? 'It was so [1].' : (/^[^.]*\./.exec(text)?.[0] ?? '');
}

export function isPrediction(prompt: string): boolean {
  return prompt.includes('<text> [1]');
}

export function createReader(options: ScriptedModelOptions = {}): ScriptedModel {
  return createScriptedModel({ reply: (_request, prompt) => readerReply(prompt), ...options });
}

export interface Researched {
  readonly bench: EngineBench;
  readonly runId: string;
  readonly state: RunState;
}

/** Submits a run and drives it to its end. */
export async function drive(bench: EngineBench, request: Partial<RunRequest> = {}): Promise<Researched> {
  const runId = await bench.submit(request);
  return { bench, runId, state: await bench.engine.advance(runId, never()) };
}

export async function research(options: Partial<EngineBenchOptions> = {}, request: Partial<RunRequest> = {}): Promise<Researched> {
  return drive(await openEngineBench({ models: { reader: createReader() }, ...options }), request);
}

/** What must hold of every log, whatever has happened to the run. */
export async function expectConsistent({ deps }: EngineBench, state: RunState): Promise<void> {
  const events = await deps.runs.readEvents(state.runId, 0);
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_event, i) => i + 1));
  expect(foldRun(state.runId, events)).toEqual(state);
  expect(await deps.runs.readLedger(state.runId)).toEqual(state.ledger);
  const finished = events.flatMap(({ event }) => (event.type === 'steps-finished' ? event.steps : []));
  const done = finished.filter(({ outcome }) => outcome.status === 'done').map(({ id }) => id);
  expect(new Set(done).size).toBe(done.length);
  const keys = [...state.steps.values()].flatMap(({ outcome, planned }) => (outcome?.status === 'done' ? [planned.stepKey] : []));
  expect((await deps.runs.findSteps(keys)).size).toBe(new Set(keys).size);
}
