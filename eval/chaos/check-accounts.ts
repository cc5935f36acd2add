import { groupBy } from '../../src/domain/group.ts';
import type { CallKey } from './answers.ts';
import type { Check } from './check.ts';
import type { Evidence, LedgerRow } from './evidence.ts';
import { disrupts } from './faults.ts';
import { type BilledCall, isRefusal } from './provider.ts';
import { plannedIn } from './read-runs.ts';

/** A kill can end a call that was sent this long before the process was gone, or keep its result from the log. */
const SLACK_MS = 500;

/** The provider's journal against the ledger. */
export function checkAccounts(evidence: Evidence): readonly Check[] {
  const { calls, rows } = evidence;
  const billed = calls.filter(({ outcome }) => !isRefusal(outcome));
  return [checkRows(billed, rows), checkRepeats(billed, rows), checkTwice(billed, evidence), checkMoney(billed, rows)];
}

interface Account {
  readonly key: CallKey;
  readonly made: readonly BilledCall[];
  readonly rows: readonly LedgerRow[];
}

/** Both books, key by key. */
function accountsOf(billed: readonly BilledCall[], rows: readonly LedgerRow[]): readonly Account[] {
  const madeByKey = groupBy(billed, ({ key }) => key);
  const rowsByKey = groupBy(rows, ({ key }) => key);
  const keys = new Set([...madeByKey.keys(), ...rowsByKey.keys()]);
  return [...keys].map((key) => ({ key, made: madeByKey.get(key) ?? [], rows: rowsByKey.get(key) ?? [] }));
}

/** Of each key: no more calls were billed than the ledger has rows for, and each row of a call names one that was billed, at its price. */
function checkRows(billed: readonly BilledCall[], rows: readonly LedgerRow[]): Check {
  const accounts = accountsOf(billed, rows);
  const figures = {
    billed: billed.length,
    calls: kindOf(rows, 'call').length,
    unknown: kindOf(rows, 'unknown').length,
    rowsWithoutBill: accounts.reduce((total, { made, rows: own }) => total + Math.max(0, own.length - made.length), 0),
  };
  return { name: 'each billed call has one row of the ledger', figures, broken: accounts.flatMap(wrongRows) };
}

function wrongRows({ key, made, rows }: Account): string[] {
  const named = kindOf(rows, 'call');
  const missing = made.length > rows.length ? [`${key}: ${made.length} calls billed, ${rows.length} rows`] : [];
  const twice = new Set(named.map(({ ordinal }) => ordinal)).size < named.length ? [`${key}: one call has two rows`] : [];
  const wrong = named.flatMap(({ ordinal, microUsd, runId }) => {
    const call = made.find((each) => each.ordinal === ordinal);
    return call?.microUsd === microUsd
      ? []
      : [`${key}: ${runId} paid ${microUsd} for call ${ordinal}, which was billed at ${call?.microUsd ?? 'nothing'}`];
  });
  return [...missing, ...twice, ...wrong];
}

/** A call whose result is in the log is not made again. */
function checkRepeats(billed: readonly BilledCall[], rows: readonly LedgerRow[]): Check {
  const journaled = kindOf(rows, 'call');
  const broken = journaled.flatMap(({ key, ordinal, at, runId }) => {
    const seen = billed.find((call) => call.key === key && call.ordinal === ordinal);
    const later = billed.filter((call) => call.key === key && call.promptHash === seen?.promptHash && call.at > at);
    return later.map((call) => `${key}: journaled by ${runId}, and made again ${Math.round(call.at - at)} ms later`);
  });
  return { name: 'no journaled call is repeated', figures: { journaled: journaled.length, repeated: broken.length }, broken };
}

/**
 * A call may be billed twice only if the provider spoiled the first, a fault lay between the two, or the client gave the first up when its
 * time was over, which the queue then tells.
 */
function checkTwice(billed: readonly BilledCall[], evidence: Evidence): Check {
  const disruptions = evidence.injections.filter(({ name }) => disrupts(name));
  const timedOut = timedOutKeys(evidence);
  const causeOf = ({ first, next }: Pair): Cause => {
    if (first.outcome !== 'answer') return 'spoiled';
    if (disruptions.some(({ from, to }) => from < next.at && to > first.at - SLACK_MS)) return 'disrupted';
    return timedOut.has(first.key) ? 'timedOut' : 'none';
  };
  const pairs = [...groupBy(billed, ({ promptHash }) => promptHash).values()].flatMap(inPairs);
  const repeats = pairs.map((pair) => ({ ...pair, cause: causeOf(pair) }));
  const count = (cause: Cause): number => repeats.filter((repeat) => repeat.cause === cause).length;
  const causes = { spoiled: count('spoiled'), disrupted: count('disrupted'), timedOut: count('timedOut') };
  const broken = repeats
    .filter(({ cause }) => cause === 'none')
    .map(({ first, next }) => `${next.key}: calls ${first.serial} and ${next.serial}, ${next.at - first.at} ms apart`);
  return {
    name: 'no call is billed twice without a cause',
    figures: { twice: repeats.length, ...causes, disruptions: disruptions.length },
    broken,
  };
}

type Cause = 'spoiled' | 'disrupted' | 'timedOut' | 'none';

interface Pair {
  readonly first: BilledCall;
  readonly next: BilledCall;
}

/** Keys of steps that have a failed job whose call was given up. */
function timedOutKeys({ runs, rows, queues }: Evidence): ReadonlySet<CallKey> {
  const late = queues.flatMap(({ failed }) => failed.filter(({ code }) => code === 'provider-timeout').map(({ id }) => id));
  const stepKeys = runs.flatMap(({ events }) => plannedIn(events).filter(({ jobId = '' }) => late.includes(jobId)));
  const steps = new Set(stepKeys.map(({ stepKey }) => stepKey));
  return new Set(rows.filter(({ stepKey }) => steps.has(stepKey)).map(({ key }) => key));
}

/** Each call with the one before it. */
function inPairs(made: readonly BilledCall[]): Pair[] {
  const inOrder = [...made].sort((a, b) => a.serial - b.serial);
  return inOrder.slice(1).map((next, i) => ({ first: inOrder[i] as BilledCall, next }));
}

/** bill ≤ ledger ≤ bill + unknown, in millionths of a dollar: of each key, and so of all. */
function checkMoney(billed: readonly BilledCall[], rows: readonly LedgerRow[]): Check {
  const broken = accountsOf(billed, rows).flatMap(({ key, made, rows: own }) => {
    const [bill, ledger, unknown] = [sum(made), sum(own), sum(kindOf(own, 'unknown'))];
    return bill <= ledger && ledger <= bill + unknown ? [] : [`${key}: bill ${bill}, ledger ${ledger}, unknown ${unknown}`];
  });
  const figures = { bill: sum(billed), ledger: sum(rows), unknown: sum(kindOf(rows, 'unknown')) };
  return { name: 'bill ≤ ledger ≤ bill + unknown (micro-dollars)', figures, broken };
}

function kindOf(rows: readonly LedgerRow[], kind: LedgerRow['kind']): readonly LedgerRow[] {
  return rows.filter((row) => row.kind === kind);
}

function sum(amounts: readonly { readonly microUsd: number }[]): number {
  return amounts.reduce((total, { microUsd }) => total + microUsd, 0);
}
