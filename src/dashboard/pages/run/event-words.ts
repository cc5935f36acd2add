import { plural } from '../../format.ts';
import type { PublicEvent } from '../../live.ts';

/** An event in a line. */
export function eventInWords(event: PublicEvent): string {
  switch (event.type) {
    case 'run-created':
      return event.question;
    case 'run-resumed':
      return `epoch ${event.epoch}`;
    case 'steps-planned':
      return plannedInWords(event.steps.map(({ role }) => role));
    case 'steps-finished':
      return finishedInWords(event.steps);
    case 'steps-withdrawn':
      return `${plural(event.step_ids.length, 'step')}: ${event.reason}`;
    case 'intent-unknown':
      return `${event.step_id}: a call whose end nobody saw`;
    case 'web-asked':
      return `${plural(event.requests, 'request')} to the web, and nothing came of it`;
    case 'summary-scored':
      return `${event.step_id}: ${event.information.bits === null ? 'no figure' : `${event.information.bits.toFixed(2)} bits`}`;
    case 'summary-unscored':
      return `${event.step_id}: ${event.reason}`;
    case 'summary-gated':
      return `${event.step_id}: ${event.kept ? 'kept' : 'dropped'}, ${event.reason}`;
    case 'patch-judged':
      return `${event.verdict}: ${event.reason}`;
    case 'capsule-chosen':
    case 'run-interrupted':
      return event.reason;
    case 'run-completed':
      return event.report.text;
    case 'run-incomplete':
      return event.reason;
    case 'run-failed':
      return event.error.message;
    case 'run-cancelled':
      return '';
    default:
      return event satisfies never;
  }
}

function plannedInWords(roles: readonly string[]): string {
  const others = byRole(roles.filter((role) => role !== 'gather'));
  return [...(roles.includes('gather') ? ['gathering sources from the web'] : []), others].filter((part) => part !== '').join(', ');
}

/** `12 compress, 1 score` */
function byRole(roles: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const role of roles) counts.set(role, (counts.get(role) ?? 0) + 1);
  return [...counts].map(([role, n]) => `${n} ${role}`).join(', ');
}

function finishedInWords(steps: Extract<PublicEvent, { type: 'steps-finished' }>['steps']): string {
  const failed = steps.filter(({ status }) => status === 'failed');
  const done = [
    byRole(steps.flatMap(({ result }) => (result === null || result.kind === 'gather' ? [] : [result.kind]))),
    ...steps.flatMap(({ result }) => (result?.kind === 'gather' ? [gatheredInWords(result.sources)] : [])),
  ];
  const first = failed[0]?.error?.message;
  return [...done, failed.length > 0 ? `${failed.length} failed${first === undefined ? '' : `: ${first}`}` : '']
    .filter((part) => part !== '')
    .join('; ');
}

/** `gathered 3 of 5 pages from the web` */
function gatheredInWords(sources: readonly { readonly document_id: string | null }[]): string {
  const read = sources.filter(({ document_id: documentId }) => documentId !== null).length;
  return `gathered ${read} of ${plural(sources.length, 'page')} from the web`;
}
