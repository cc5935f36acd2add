/** A number as it stands in a text. */
export interface NumberMention {
  /** UTF-16 units, in the text given. */
  readonly start: number;
  readonly end: number;
  /** What it may mean: `1.000` is 1 or 1000. Empty where it is no number but, say, a version (`3.5.2`). */
  readonly readings: readonly number[];
  /** The canonical unit, where one is written and known. */
  readonly unit?: string;
}

/** Groups of three may be parted by a space or an apostrophe; full stops and commas part anything. */
const NUMBER = /(?<![\p{L}\p{N}_])(?<money>[$€£¥]\s?)?(?<sign>-)?(?<digits>\d+(?:[.,]\d+|[ '\u00a0\u2009\u202f]\d{3}(?!\d))*)/gu;

const SCALES: Readonly<Record<string, number>> = {
  thousand: 1e3,
  million: 1e6,
  mn: 1e6,
  billion: 1e9,
  bn: 1e9,
  trillion: 1e12,
};
const SCALE = /^[\s-]?(thousand|million|mn|billion|bn|trillion)(?![\p{L}\p{N}])/iu;

const CURRENCY: Readonly<Record<string, string>> = { $: 'dollar', '€': 'euro', '£': 'pound', '¥': 'yen' };

/** Canonical unit and the ways in which it is written, in lower case. */
const UNITS: Readonly<Record<string, string>> = {
  '%': '%|percent|per cent|pct',
  dollar: 'dollars|dollar|usd',
  euro: 'euros|euro|eur',
  pound: 'pounds|pound|lbs|lb|gbp',
  yen: 'yen|jpy',
  km: 'kilometres|kilometre|kilometers|kilometer|km',
  m: 'metres|metre|meters|meter|m',
  cm: 'centimetres|centimetre|centimeters|centimeter|cm',
  mm: 'millimetres|millimetre|millimeters|millimeter|mm',
  mile: 'miles|mile|mi',
  foot: 'feet|foot|ft',
  inch: 'inches|inch',
  yard: 'yards|yard|yd',
  kg: 'kilograms|kilogram|kilogrammes|kg',
  g: 'grams|gram|grammes|g',
  mg: 'milligrams|milligram|mg',
  tonne: 'tonnes|tonne',
  ton: 'tons|ton',
  ha: 'hectares|hectare|ha',
  acre: 'acres|acre',
  litre: 'litres|litre|liters|liter|l',
  ml: 'millilitres|milliliters|ml',
  second: 'seconds|second|sec|s',
  minute: 'minutes|minute|min',
  hour: 'hours|hour|h',
  day: 'days|day',
  week: 'weeks|week',
  month: 'months|month',
  year: 'years|year',
  kw: 'kilowatts|kilowatt|kw',
  mw: 'megawatts|megawatt|mw',
  gw: 'gigawatts|gigawatt|gw',
  '°c': 'degrees celsius|°c',
  '°f': 'degrees fahrenheit|°f',
  knot: 'knots|knot',
};
const UNIT_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(UNITS).flatMap(([unit, names]) => names.split('|').map((name) => [name, unit] as const)),
);
/** `%` needs no border behind it, words do. */
const UNIT = new RegExp(
  `^[\\s-]?(?<name>%|(?:${[...UNIT_OF.keys()]
    .filter((name) => name !== '%')
    .sort((a, b) => b.length - a.length)
    .join('|')})(?![\\p{L}\\p{N}]))`,
  'iu',
);

/** The numbers of a text with scale and unit: `2.5 million km`, `$5`, `13-year`, `5 per cent`. */
export function findNumbers(text: string): NumberMention[] {
  return Array.from(text.matchAll(NUMBER), (match) => toMention(text, match));
}

function toMention(text: string, match: RegExpExecArray): NumberMention {
  const { money, sign, digits = '' } = match.groups ?? {};
  let end = match.index + match[0].length;
  const scale = SCALE.exec(text.slice(end, end + 12));
  end += scale?.[0].length ?? 0;
  const unit = UNIT.exec(text.slice(end, end + 22));
  end += unit?.[0].length ?? 0;
  const factor = (sign === undefined ? 1 : -1) * (SCALES[scale?.[1]?.toLowerCase() ?? ''] ?? 1);
  const readings = readingsOf(digits).map((value) => Number((value * factor).toPrecision(12)));
  const name = money === undefined ? UNIT_OF.get(unit?.groups?.['name']?.toLowerCase() ?? '') : CURRENCY[money.trim()];
  return { start: match.index, end, readings, ...(name === undefined ? {} : { unit: name }) };
}

/** 1,000 and 1 000 and 1'000 are 1000; 1,5 is 1.5; 1.000 may be either. */
export function readingsOf(digits: string): number[] {
  const plain = digits.replaceAll(/[ '\u00a0\u2009\u202f]/gu, '');
  if (/^\d+$/.test(plain)) return [Number(plain)];
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain)) return [Number(plain.replaceAll(',', ''))];
  if (/^\d{1,3}\.\d{3}$/.test(plain)) return [Number(plain), Number(plain.replace('.', ''))];
  if (/^\d+\.\d+$/.test(plain)) return [Number(plain)];
  if (/^\d{1,3}(\.\d{3})+(,\d+)?$/.test(plain)) return [Number(plain.replaceAll('.', '').replace(',', '.'))];
  if (/^\d+,\d+$/.test(plain)) return [Number(plain.replace(',', '.'))];
  return [];
}

const SMALL =
  'zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty';
const TENS: Readonly<Record<string, number>> = {
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
  dozen: 12,
};

/** The value of a number word up to ninety, without compounds; undefined for any other word. */
export function valueOfWord(word: string): number | undefined {
  const place = SMALL.split('|').indexOf(word);
  return place >= 0 ? place : TENS[word];
}
