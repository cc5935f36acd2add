import { describe, expect, it } from 'vitest';
import { judgeAudit, parseAllowList } from '../../scripts/audit-verdict.ts';

/** As npm 10 and 11 print it, shortened to what is read and a little more. */
const REPORT = {
  auditReportVersion: 2,
  vulnerabilities: {
    lodash: {
      name: 'lodash',
      severity: 'high',
      isDirect: false,
      via: [
        {
          source: 1106913,
          name: 'lodash',
          title: 'Command Injection in lodash',
          url: 'https://github.com/advisories/GHSA-35jh-r3h4-6jhm',
          severity: 'high',
          range: '<4.17.21',
        },
        { source: 1, name: 'lodash', title: 'Slow', url: 'https://github.com/advisories/GHSA-29mw-wpgm-hmr9', severity: 'moderate' },
      ],
      effects: ['above'],
    },
    above: { name: 'above', severity: 'high', via: ['lodash'], effects: [] },
    mild: { name: 'mild', severity: 'moderate', via: [{ title: 'Mild', url: 'https://x/GHSA-2222-2222-2222', severity: 'moderate' }] },
  },
  metadata: { vulnerabilities: { moderate: 1, high: 2, critical: 0, total: 3 } },
};
const EXCUSE = { advisory: 'GHSA-35jh-r3h4-6jhm', reason: 'The template function is never called by us.', until: '2026-12-01' };
const judge = (report: unknown, allow: (typeof EXCUSE)[] = [], today = '2026-11-21') =>
  judgeAudit(typeof report === 'string' ? report : JSON.stringify(report), { allow }, today);

describe('the verdict of the audit', () => {
  it('fails on a high advisory and names it once, though another package rests on it', () => {
    expect(judge(REPORT)).toEqual({ outcome: 'failed', lines: ['high: lodash: Command Injection in lodash (GHSA-35jh-r3h4-6jhm)'] });
  });

  it('passes moderate ones, and a report that is empty', () => {
    expect(judge({ ...REPORT, vulnerabilities: { mild: REPORT.vulnerabilities.mild } }).outcome).toBe('passed');
    expect(judge({ auditReportVersion: 2, vulnerabilities: {} }).lines).toEqual(['no high or critical advisory (0 excused)']);
  });

  it('excuses what is allowed until its day, and not after', () => {
    expect(judge(REPORT, [EXCUSE], '2026-12-01').outcome).toBe('passed');
    expect(judge(REPORT, [EXCUSE], '2026-12-02')).toMatchObject({
      outcome: 'failed',
      lines: [expect.stringContaining('GHSA-35jh-r3h4-6jhm'), 'GHSA-35jh-r3h4-6jhm was excused until 2026-12-01'],
    });
  });

  it.each([
    ['nothing', ''],
    [
      'what npm prints without a network',
      JSON.stringify({ message: 'request to /-/npm/v1/security failed', error: { summary: '', detail: '' } }),
    ],
    ['what a mirror without audits makes it print', JSON.stringify({ error: { code: 'ENOAUDIT', summary: '404 Not Found', detail: '' } })],
    ['a page of a proxy', '<html>Sign in</html>'],
  ])('does not take %s for a pass', (_what, output) => {
    expect(judge(output)).toEqual({ outcome: 'not-checked', lines: ['not checked: the registry does not answer'] });
  });

  it('wants a reason and a date of each excuse', () => {
    expect(() => parseAllowList({ allow: [{ advisory: EXCUSE.advisory, until: EXCUSE.until }] })).toThrow('reason');
    expect(() => parseAllowList({ allow: [{ ...EXCUSE, until: 'later' }] })).toThrow('until');
  });
});
