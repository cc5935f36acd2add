/** What is said of a day; absent parts are not said. */
export interface DateReading {
  readonly year?: number;
  /** 1 to 12. */
  readonly month?: number;
  readonly day?: number;
}

/** A date as it stands in a text: `17 September 1869`, `Sept. 17, 1869`, `1869-09-17`, `17/9/1869`, `September 1869`. */
export interface DateMention {
  /** UTF-16 units, in the text given. */
  readonly start: number;
  readonly end: number;
  /** `3/4/1869` has two. */
  readonly readings: readonly DateReading[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH =
  '(?<!\\p{L})(?<month>January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)(?![\\p{L}])\\.?';
const DAY = '(?<![\\d.,])(?<day>\\d{1,2})(?:st|nd|rd|th)?(?![\\p{L}\\d])';
const YEAR = '(?<year>\\d{4})(?![\\d])';

/** In the order tried; what one has taken the next does not see. */
const FORMS: readonly RegExp[] = [
  new RegExp(`(?<!\\d)${YEAR.replace('(?![\\d])', '')}-(?<monthNumber>\\d{1,2})-(?<day>\\d{1,2})(?!\\d)`, 'giu'),
  new RegExp(`(?<!\\d)(?<first>\\d{1,2})[/.](?<second>\\d{1,2})[/.]${YEAR}`, 'giu'),
  new RegExp(`${DAY}(?:\\s+of\\s+|[\\s-]+)${MONTH}(?:(?:,?\\s+|-)${YEAR})?`, 'giu'),
  new RegExp(`${MONTH}\\s+(?<day>\\d{1,2})(?:st|nd|rd|th)?(?![\\p{L}\\d])(?:,?\\s+${YEAR})?`, 'giu'),
  new RegExp(`${MONTH},?\\s+(?:of\\s+)?${YEAR}`, 'giu'),
];

export function findDates(text: string): DateMention[] {
  const mentions: DateMention[] = [];
  let rest = text;
  for (const form of FORMS) {
    rest = rest.replaceAll(form, (match, ...others) => {
      const groups = others.at(-1) as Readonly<Record<string, string | undefined>>;
      const start = others.at(-3) as number;
      const readings = readingsOf(groups);
      if (readings.length === 0) return match;
      mentions.push({ start, end: start + match.length, readings });
      return ' '.repeat(match.length);
    });
  }
  return mentions.sort((a, b) => a.start - b.start);
}

function readingsOf({ year, month, day, monthNumber, first, second }: Readonly<Record<string, string | undefined>>): DateReading[] {
  if (first !== undefined && second !== undefined)
    return [read(year, Number(second), first), read(year, Number(first), second)].filter(isPossible);
  const number = monthNumber === undefined ? MONTHS.indexOf((month ?? '').slice(0, 3).toLowerCase()) + 1 : Number(monthNumber);
  return [read(year, number, day)].filter(isPossible);
}

function read(year: string | undefined, month: number, day: string | undefined): DateReading {
  return { month, ...(year === undefined ? {} : { year: Number(year) }), ...(day === undefined ? {} : { day: Number(day) }) };
}

function isPossible({ month = 1, day = 1 }: DateReading): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/** Whether all that `claim` says is said by `known`, which may say more. */
export function isDateWithin(claim: DateReading, known: DateReading): boolean {
  return (['year', 'month', 'day'] as const).every((part) => claim[part] === undefined || claim[part] === known[part]);
}
