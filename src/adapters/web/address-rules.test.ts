import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { addressProblem, nameProblem, parseAllowList } from './address-rules.ts';
import { createEgressGuard } from './egress-guard.ts';

/** Ranges that no public server has (IANA special-purpose registries), written here a second time, by hand. */
const CLOSED_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
] as const;

const closedV4 = fc.constantFrom(...CLOSED_V4).chain((range) => {
  const [base = '', bits = '0'] = range.split('/');
  const first = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return fc.nat({ max: 2 ** (32 - Number(bits)) - 1 }).map((offset) => first + offset);
});

const octets = (n: number): readonly number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const dotted = (n: number): string => octets(n).join('.');
const hex = (n: number): string => n.toString(16);
const pair = (n: number): string => `${hex(n >>> 16)}:${hex(n & 0xffff)}`;

/** What browsers and resolvers read as an IPv4 address. */
const NOTATIONS_V4: Readonly<Record<string, (n: number) => string>> = {
  dotted,
  decimal: (n) => `${n}`,
  hex: (n) => `0x${hex(n)}`,
  octal: (n) => `0${n.toString(8)}`,
  'hex parts': (n) =>
    octets(n)
      .map((part) => `0x${hex(part)}`)
      .join('.'),
  'octal parts': (n) =>
    octets(n)
      .map((part) => `0${part.toString(8)}`)
      .join('.'),
  'two parts': (n) => `${n >>> 24}.${n & 0xffffff}`,
  'three parts': (n) => `${n >>> 24}.${(n >>> 16) & 255}.${n & 0xffff}`,
  'trailing dot': (n) => `${dotted(n)}.`,
  'full width': (n) => [...dotted(n)].map((char) => (char === '.' ? '。' : String.fromCodePoint(0xff10 + Number(char)))).join(''),
  'percent-encoded': (n) => [...dotted(n)].map((char) => `%${hex(char.codePointAt(0) ?? 0)}`).join(''),
};

/** IPv6 addresses with an IPv4 address inside. */
const NOTATIONS_V6: Readonly<Record<string, (n: number) => string>> = {
  mapped: (n) => `::ffff:${dotted(n)}`,
  'mapped in hex': (n) => `::ffff:${pair(n)}`,
  'mapped in full': (n) => `0:0:0:0:0:ffff:${pair(n)}`,
  compatible: (n) => `::${pair(n)}`,
  translated: (n) => `::ffff:0:${pair(n)}`,
  NAT64: (n) => `64:ff9b::${pair(n)}`,
  'NAT64, local': (n) => `64:ff9b:1::${pair(n)}`,
  '6to4': (n) => `2002:${pair(n)}::1`,
  'Teredo, server': (n) => `2001:0:${pair(n)}::1`,
  'Teredo, client': (n) => `2001:0:808:808:0:0:${pair(~n >>> 0)}`,
};

const closedV6 = fc.oneof(
  fc.tuple(fc.constantFrom(0xfc00, 0xfd00, 0xfe80, 0xfec0, 0xff00), fc.nat(0x3f)).map(([first, rest]) => first + rest),
  fc.constant(0x2001),
);
const groups = fc.array(fc.nat(0xffff), { minLength: 7, maxLength: 7 });

const guard = createEgressGuard({ resolve: () => Promise.reject(new Error('nothing is to be looked up')) });
const refused = async (url: string): Promise<void> => {
  await expect(guard.check(url), url).rejects.toMatchObject({ code: 'egress-refused' });
};

describe('an address that is not public', () => {
  test.each(Object.entries(NOTATIONS_V4))('is refused in a URL: IPv4, %s', async (_name, write) => {
    await fc.assert(
      fc.asyncProperty(closedV4, async (n) => refused(`http://${write(n)}/path`)),
      { numRuns: 150 },
    );
  });

  test.each(Object.entries(NOTATIONS_V6))('is refused in a URL: IPv6, %s', async (_name, write) => {
    await fc.assert(
      fc.asyncProperty(closedV4, async (n) => refused(`http://[${write(n)}]/`)),
      { numRuns: 150 },
    );
  });

  test('is refused in a URL: IPv6 of local, multicast and documentation ranges', async () => {
    await fc.assert(
      fc.asyncProperty(closedV6, groups, async (first, rest) => {
        const tail = first === 0x2001 ? [0xdb8, ...rest.slice(1)] : rest;
        await refused(`http://[${[first, ...tail].map(hex).join(':')}]:8080/`);
      }),
      { numRuns: 300 },
    );
  });

  test('is refused where a resolver gives it, alone or among public ones', async () => {
    const answer = closedV4.map((n) => ({ address: dotted(n), family: 4 }));
    await fc.assert(
      fc.asyncProperty(answer, fc.boolean(), fc.boolean(), async (bad, before, after) => {
        const good = { address: '93.184.215.14', family: 4 };
        const resolved = [...(before ? [good] : []), bad, ...(after ? [good] : [])];
        const open = createEgressGuard({ resolve: async () => resolved });
        await expect(open.check('https://news.example.org/')).rejects.toMatchObject({ code: 'egress-refused' });
      }),
      { numRuns: 300 },
    );
  });

  it.each(['169.254.169.254', 'fd00:ec2::254', '168.63.129.16', '100.100.100.200', '::', '::1', '255.255.255.255', 'nonsense'])(
    '%s',
    (address) => {
      expect(addressProblem(address)).toBeDefined();
    },
  );
});

describe('an address that is public', () => {
  it.each([
    '1.1.1.1',
    '93.184.215.14',
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '11.0.0.1',
    '100.63.0.1',
    '2606:4700:4700::1111',
    '2a00:1450::1',
  ])('%s is not refused', (address) => expect(addressProblem(address)).toBeUndefined());

  test('almost any other IPv4 address is not refused, so that the rules do not hold by refusing everything', () => {
    fc.assert(
      fc.property(fc.constantFrom(5, 23, 80, 93, 142, 185, 217), fc.nat(0xffffff), (first, rest) => {
        expect(addressProblem(dotted(first * 2 ** 24 + rest))).toBeUndefined();
      }),
    );
  });
});

it.each([
  'localhost',
  'LOCALHOST',
  'localhost.',
  'a.localhost',
  'metadata.google.internal',
  'printer.local',
  'wiki.corp',
  'nas.lan',
  'router',
])('the name %s is one of a local network', (name) => expect(nameProblem(name)).toContain('local network'));

it.each(['example.org', 'internal.example.org', 'local.net', '127.0.0.1', '[::1]'])('the name %s is none', (name) => {
  expect(nameProblem(name)).toBeUndefined();
});

describe('the allow list', () => {
  test('opens what it names and nothing beside it', () => {
    const list = parseAllowList(['127.0.0.1:9000', '10.0.0.0/8', '[fd00::1]:8081', 'fd12::/16', '192.168.1.5']);
    const allows = (address: string, port: number) => list.allows(address, port);
    expect([
      allows('127.0.0.1', 9000),
      allows('10.200.3.4', 80),
      allows('fd00::1', 8081),
      allows('fd12:1::9', 443),
      allows('192.168.1.5', 8080),
    ]).toEqual(Array(5).fill(true));
    expect([
      allows('127.0.0.1', 9001),
      allows('127.0.0.2', 9000),
      allows('10.0.0.1', 5432),
      allows('11.0.0.1', 80),
      allows('fd00::1', 80),
      allows('192.168.1.6', 80),
      allows('::ffff:10.0.0.1', 80),
    ]).toEqual(Array(7).fill(false));
  });

  test('opens the metadata service of a cloud to nobody who has not named it exactly', () => {
    expect(parseAllowList(['169.254.0.0/16']).allows('169.254.169.254', 80)).toBe(false);
    expect(parseAllowList(['169.254.169.254']).allows('169.254.169.254', 80)).toBe(true);
  });

  it.each(['', 'localhost', '10.0.0.0/33', '127.0.0.1:0', '127.0.0.1:99999', '127.1', '0x7f.0.0.1', '*'])(
    'refuses the entry "%s"',
    (entry) => {
      expect(() => parseAllowList([entry])).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    },
  );
});
