import { z } from 'zod';

const via = z.union([
  z.string(),
  z.looseObject({ url: z.string().optional(), title: z.string().optional(), severity: z.string().optional() }),
]);
const vulnerability = z.looseObject({ severity: z.string(), via: z.array(via) });
const report = z.looseObject({ auditReportVersion: z.literal(2), vulnerabilities: z.record(z.string(), vulnerability) });

const allowed = z.strictObject({
  allow: z.array(
    z.strictObject({
      /** `GHSA-…` of the advisory. */
      advisory: z.string().regex(/^GHSA(-[23456789cfghjmpqrvwx]{4}){3}$/),
      /** Why it does not matter here. */
      reason: z.string().min(20),
      /** The last day on which this is believed. */
      until: z.iso.date(),
    }),
  ),
});

export type AllowList = z.output<typeof allowed>;

export interface Verdict {
  readonly outcome: 'passed' | 'failed' | 'not-checked';
  /** To be printed. */
  readonly lines: readonly string[];
}

const GRAVE = new Set(['high', 'critical']);
const NOT_CHECKED: Verdict = { outcome: 'not-checked', lines: ['not checked: the registry does not answer'] };

/** @throws ZodError naming the entry that lacks its advisory, reason or date */
export function parseAllowList(value: unknown): AllowList {
  return allowed.parse(value);
}

/**
 * What `npm audit --json` has said, against what is allowed. High and critical advisories fail unless the list excuses each until today or later.
 * An answer that is no report (no network, a mirror without audits) is told as not checked, and never as passed.
 */
export function judgeAudit(output: string, { allow }: AllowList, today: string): Verdict {
  const parsed = report.safeParse(parseJson(output));
  if (!parsed.success) return NOT_CHECKED;
  const advisories = new Map(Object.entries(parsed.data.vulnerabilities).flatMap(([name, found]) => graveOnes(name, found)));
  const excused = new Set(allow.filter(({ until }) => until >= today).map(({ advisory }) => advisory));
  const open = [...advisories].filter(([key]) => !excused.has(key.split(' ')[0] ?? '')).map(([, line]) => line);
  const expired = allow.filter(({ until }) => until < today).map(({ advisory, until }) => `${advisory} was excused until ${until}`);
  if (open.length > 0) return { outcome: 'failed', lines: [...open, ...expired] };
  return { outcome: 'passed', lines: [`no high or critical advisory (${advisories.size} excused)`, ...expired] };
}

/** Advisories of one package, under their id and its name. */
function graveOnes(name: string, { severity, via: causes }: z.output<typeof vulnerability>): [string, string][] {
  return causes.flatMap((cause): [string, string][] => {
    // A name stands for another entry, which tells its own advisories.
    if (typeof cause === 'string') return [];
    const { severity: own = severity, url = '', title = 'no title' } = cause;
    const id = /GHSA-[\w-]+/.exec(url)?.[0] ?? 'an advisory without a name';
    return GRAVE.has(own) ? [[`${id} ${name}`, `${own}: ${name}: ${title} (${id})`]] : [];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
