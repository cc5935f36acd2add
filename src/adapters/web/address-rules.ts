import ipaddr from 'ipaddr.js';
import { IsthmusError } from '../../domain/errors.ts';

type Address = ReturnType<typeof ipaddr.parse>;

/**
 * Metadata services of clouds. The first two lie in private ranges too, and are named so that a wide entry of the allow list does not open them;
 * the last, Azure's wire server, has a public address.
 */
const METADATA = new Set(['169.254.169.254', 'fd00:ec2::254', '168.63.129.16']);

/** The only part of IPv6 that is given out for the public internet (IANA, RFC 4291 section 2.4); everything else is refused, named or not. */
const GLOBAL_UNICAST = ipaddr.IPv6.parse('2000::');
const GLOBAL_UNICAST_BITS = 3;

/**
 * Why an address may not be connected to, as words after its name; undefined where it is a public one. Addresses that carry an IPv4 address
 * inside (mapped, compatible, NAT64, 6to4, Teredo) are refused whatever they carry: no public server needs to be reached by one.
 */
export function addressProblem(text: string): string | undefined {
  const address = parseAddress(text);
  if (address === undefined) return 'is no IP address';
  if (METADATA.has(address.toString())) return 'is the metadata service of a cloud';
  const range = address.range();
  if (range !== 'unicast') return `is not public (${range})`;
  if (address.kind() === 'ipv6' && !matches(address, [GLOBAL_UNICAST, GLOBAL_UNICAST_BITS])) return 'is not public (outside 2000::/3)';
  return undefined;
}

/** `ipaddr.parse` also takes 0x7f.1 and 2130706433; that is welcome: what a system may read as an address is judged as one. */
function parseAddress(text: string): Address | undefined {
  try {
    return ipaddr.parse(text);
  } catch {
    return undefined;
  }
}

/** Addresses of different families never match; `match` alone would throw. */
function matches(address: Address, range: [Address, number]): boolean {
  return address.kind() === range[0].kind() && address.match(range);
}

/** Where web servers listen. Any other port may be a mail server or a database that understands enough of HTTP to do harm. */
export const WEB_PORTS: ReadonlySet<number> = new Set([80, 443, 8080, 8443]);

const LOCAL_SUFFIXES = ['localhost', 'local', 'internal', 'intranet', 'lan', 'home', 'corp', 'private', 'home.arpa', 'onion'];

/** Says that a name is one of a local network, before it is looked up; undefined for others and for IP addresses. */
export function nameProblem(hostname: string): string | undefined {
  const name = hostname.toLowerCase().replace(/\.+$/, '');
  if (parseAddress(bare(name)) !== undefined) return undefined;
  const suffix = LOCAL_SUFFIXES.find((known) => name === known || name.endsWith(`.${known}`));
  if (suffix !== undefined) return `${name} is a name of a local network (${suffix})`;
  return name.includes('.') ? undefined : `"${name}" is a name of a local network (it has no dot)`;
}

/** Without the brackets that URLs put around IPv6. */
export function bare(hostname: string): string {
  return hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : hostname;
}

/** What the configuration opens beside the public internet. */
export interface AllowList {
  /** Whether this address may be connected to at this port by an entry of the list. */
  allows(address: string, port: number): boolean;
  readonly isEmpty: boolean;
}

interface Entry {
  readonly range: [Address, number];
  readonly port?: number;
}

/**
 * Entries are `10.0.0.5`, `10.0.0.5:8080`, `10.0.0.0/8`, `[fd00::1]:8080`, `fd00::/8`. One without a port opens the usual ports of the web.
 * @throws IsthmusError `invalid-input` naming an entry that is none of these
 */
export function parseAllowList(entries: readonly string[]): AllowList {
  const parsed = entries.map(parseEntry);
  return {
    allows: (text, port) => {
      const address = parseAddress(text);
      if (address === undefined) return false;
      const mustBeExact = METADATA.has(address.toString());
      return parsed.some(
        (entry) =>
          (entry.port === undefined ? WEB_PORTS.has(port) : entry.port === port) &&
          matches(address, entry.range) &&
          (!mustBeExact || isExact(entry.range)),
      );
    },
    isEmpty: parsed.length === 0,
  };
}

function isExact([address, bits]: Entry['range']): boolean {
  return bits === (address.kind() === 'ipv4' ? 32 : 128);
}

const WITH_PORT = /^(?:\[(?<six>[^\]]+)\]|(?<four>[\d.]+)):(?<port>\d{1,5})$/;

function parseEntry(entry: string): Entry {
  const parts = WITH_PORT.exec(entry)?.groups;
  const text = parts?.['six'] ?? parts?.['four'] ?? bare(entry);
  const range = parseRange(text);
  const port = parts === undefined ? undefined : Number(parts['port']);
  if (range === undefined || (port !== undefined && (port < 1 || port > 65_535))) {
    throw new IsthmusError(
      'invalid-input',
      `Expected an address, an address with a port, or a range in web.allowAddresses (127.0.0.1:8080, 10.0.0.0/8), but got "${entry}".`,
    );
  }
  return port === undefined ? { range } : { range, port };
}

/** Written in full: `ipaddr.parse` would take 127.1 for an address, and a slip of the pen in this list opens a door. */
function parseRange(text: string): [Address, number] | undefined {
  const isWhole = (address: string): boolean => ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address);
  if (!isWhole(text.split('/')[0] ?? '')) return undefined;
  if (text.includes('/')) return ipaddr.isValidCIDR(text) ? ipaddr.parseCIDR(text) : undefined;
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
