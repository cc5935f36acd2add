import type { PublicEvent } from '../../live.ts';
import { Draft } from './draft.ts';
import { addUsage } from './fold-ledger.ts';
import { finishSteps, forgetFailures, planSteps, withdrawSteps } from './fold-steps.ts';
import type { ReadChunk, RunView } from './run-view.ts';

/**
 * Adds a batch of events to a view and gives the view after it. In whatever batches the events of a run come, the last view is the same;
 * an event that was folded before changes nothing, so a stream may repeat itself. The rules are those of the run's own fold on the server.
 */
export function foldRun(view: RunView, events: readonly PublicEvent[]): RunView {
  const draft = new Draft(view);
  let last = view.lastSequence;
  let fresh: PublicEvent | undefined;
  for (const event of events) {
    if (event.sequence <= last) continue;
    last = event.sequence;
    fresh = event;
    draft.list('events').push(event);
    applyEvent(draft, event);
  }
  if (fresh === undefined) return view;
  draft.set({ lastSequence: last, updatedAtMs: fresh.at_ms });
  return draft.now;
}

type EventOf<Name extends PublicEvent['type']> = Extract<PublicEvent, { type: Name }>;

const APPLY: { readonly [Name in PublicEvent['type']]: (draft: Draft, event: EventOf<Name>) => void } = {
  'run-created': applyCreated,
  'run-resumed': (draft) => {
    draft.set({ status: 'in_progress', error: null, reason: null, report: null });
    forgetFailures(draft);
  },
  'steps-planned': (draft, { steps }) => {
    draft.set({ status: 'in_progress', reason: null });
    planSteps(draft, steps);
  },
  'steps-finished': (draft, { steps }) => {
    draft.set({ reason: null });
    finishSteps(draft, steps);
  },
  'steps-withdrawn': (draft, { step_ids, reason }) => withdrawSteps(draft, step_ids, reason),
  'intent-unknown': (draft, { usage }) => addUsage(draft, usage),
  // Its words stand in the log.
  'web-asked': () => {},
  'summary-scored': (draft, { step_id, information }) => change(draft, step_id, { information, unscored: null }),
  'summary-unscored': (draft, { step_id, reason }) => change(draft, step_id, { information: null, unscored: reason }),
  'summary-gated': applyGate,
  'patch-judged': (draft, event) => {
    draft.list('moves').push(event);
  },
  'capsule-chosen': (draft, event) => {
    draft.list('capsules').push(event);
  },
  'run-interrupted': (draft, { reason }) => draft.set({ reason }),
  'run-completed': (draft, { report }) => draft.set({ status: 'completed', report, reason: null }),
  'run-incomplete': (draft, { report, reason }) => draft.set({ status: 'incomplete', report, reason }),
  'run-failed': (draft, { error }) => draft.set({ status: 'failed', error, reason: null }),
  'run-cancelled': (draft) => draft.set({ status: 'cancelled', reason: null }),
};

/** A newer server may have events that this page does not know: they stand in the log and change nothing. */
function applyEvent(draft: Draft, event: PublicEvent): void {
  const apply = APPLY[event.type] as ((draft: Draft, event: PublicEvent) => void) | undefined;
  apply?.(draft, event);
}

function applyCreated(draft: Draft, { question, strategy, compressor, predictor, limits, at_ms }: EventOf<'run-created'>): void {
  draft.set({ status: 'queued', createdAtMs: at_ms, question, strategy, compressor, predictor, limits });
}

function applyGate(draft: Draft, { step_id, kept, reason, relevance, flags, repeats, escalates, text }: EventOf<'summary-gated'>): void {
  change(draft, step_id, { gate: { kept, reason, relevance, flags, repeats, escalates, text } });
}

function change(draft: Draft, stepId: string, changes: Partial<ReadChunk>): void {
  const chunk = draft.now.read.get(stepId);
  if (chunk !== undefined) draft.map('read').set(stepId, { ...chunk, ...changes });
}
