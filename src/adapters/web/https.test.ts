import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const CHILD = fileURLToPath(new URL('../../testing/https-child.ts', import.meta.url));
const NEW_KEY = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

it.skipIf(!hasOpenssl)(
  'a page comes by https where the certificate is for the name in the URL, whatever the address (needs openssl)',
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'isthmus-https-'));
    const [key, cert] = [join(home, 'key.pem'), join(home, 'cert.pem')];
    const named = ['-subj', '/CN=good.test', '-addext', 'subjectAltName=DNS:good.test'];
    execFileSync('openssl', [...NEW_KEY, '-keyout', key, '-out', cert, ...named], { stdio: 'ignore' });
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', import.meta.resolve('tsx'), CHILD, key, cert], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: cert },
    });
    await rm(home, { recursive: true, force: true });
    expect(JSON.parse(stdout)).toEqual({
      good: 'secure',
      other: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
      down: expect.stringContaining('from https to http'),
      seen: ['good.test/robots.txt', 'good.test/a', 'good.test/down'],
    });
  },
);
