import { describe, expect, it, test, vi } from 'vitest';
import { createWebKit } from '../../testing/web-kit.ts';
import { page, type Route, redirect, startWebServer } from '../../testing/web-servers.ts';

const LOOPBACK = { address: '127.0.0.1', family: 4 };

describe('a redirect', () => {
  it('is followed five times and not six', async () => {
    const chain = Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`/${n}`, redirect(`/${n - 1}`)]));
    await using server = await startWebServer({ ...chain, '/0': page('here') });
    const { web, call, egress } = createWebKit([server]);
    expect((await web.fetch(`${server.origin}/5`, call())).url).toBe(`${server.origin}/0`);
    expect(server.pages()).toEqual(['/5', '/4', '/3', '/2', '/1', '/0']);
    await expect(web.fetch(`${server.origin}/6`, call())).rejects.toMatchObject({
      code: 'egress-refused',
      message: expect.stringContaining('more than 5'),
    });
    expect(egress.at(-1)).toMatchObject({ url: `${server.origin}/0`, refused: expect.stringContaining('more than 5') });
  });

  it('that leads back to itself ends', async () => {
    await using server = await startWebServer({ '/loop': redirect('/loop') });
    const { web, call } = createWebKit([server]);
    await expect(web.fetch(`${server.origin}/loop`, call())).rejects.toMatchObject({ code: 'egress-refused' });
    expect(server.pages()).toHaveLength(6);
  });

  it.each([
    (port: number) => `http://127.0.0.1:${port}/secret`,
    (port: number) => `http://localhost:${port}/secret`,
    (port: number) => `http://2130706433:${port}/secret`,
    (port: number) => `http://[::ffff:127.0.0.1]:${port}/secret`,
    () => 'http://169.254.169.254/latest/meta-data/',
    () => 'http://10.0.0.1/',
    () => 'http://[::1]/',
    () => 'file:///etc/passwd',
    () => 'javascript:alert(1)',
    () => 'https://user:pass@example.org/',
    () => '//metadata.google.internal/',
  ])('to where no request may go is refused (%#)', async (to) => {
    await using hidden = await startWebServer({ '/secret': page('the inner door') });
    await using server = await startWebServer({ '/a': redirect(to(hidden.port)) });
    const { web, call, egress } = createWebKit([server]);
    await expect(web.fetch(`${server.origin}/a`, call())).rejects.toMatchObject({ code: 'egress-refused' });
    expect(hidden.requests).toEqual([]);
    expect(egress.at(-1)).toMatchObject({ bytes: 0, refused: expect.any(String) });
    expect(egress.at(-1)).not.toHaveProperty('address');
  });
});

describe('a name that changes its address', () => {
  it('between the check and the next request is refused at that request', async () => {
    await using inner = await startWebServer({ '/': page('the inner door') });
    const answers = ['93.184.215.14', '127.0.0.1', '127.0.0.1'];
    const resolve = vi.fn(async () => [{ address: answers.shift() ?? '127.0.0.1', family: 4 }]);
    const { web, call, egress } = createWebKit([], { resolve });
    await expect(web.fetch('http://rebind.test:8080/', call())).rejects.toMatchObject({ code: 'egress-refused' });
    expect(resolve.mock.calls.length).toBeGreaterThan(1);
    expect(inner.requests).toEqual([]);
    expect(egress.every(({ address }) => address === undefined)).toBe(true);
  });

  it('between the check and the connection changes nothing: the connection goes to the checked address', async () => {
    await using inner = await startWebServer({ '/': page('the inner door') });
    // Odd calls give a checked address where nobody listens, even ones the server: whoever looked up twice would reach it.
    let calls = 0;
    const resolve = async () => [{ address: calls++ % 2 === 0 ? '127.0.0.2' : '127.0.0.1', family: 4 }];
    const { web, call } = createWebKit([], { resolve, allowAddresses: [`127.0.0.2:${inner.port}`], timeoutMs: 1000 });
    await expect(web.fetch(`http://rebind.test:${inner.port}/`, call())).rejects.toMatchObject({ code: 'egress-refused' });
    expect(inner.requests).toEqual([]);
  });

  it('keeps its name in Host, and is reached where the check said', async () => {
    await using server = await startWebServer({ '/a': page('x') });
    const { web, call, egress } = createWebKit([server], { resolve: async () => [LOOPBACK] });
    await web.fetch(`http://no-such-name.test:${server.port}/a`, call());
    expect(server.requests.map(({ headers }) => headers.host)).toEqual(Array(2).fill(`no-such-name.test:${server.port}`));
    expect(egress.map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.1']);
  });
});

test('a name with addresses of which one is not public is refused whole', async () => {
  const unused: Route = page('x');
  await using server = await startWebServer({ '/a': unused });
  const resolve = async () => [LOOPBACK, { address: '10.0.0.1', family: 4 }];
  const { web, call } = createWebKit([server], { resolve });
  await expect(web.fetch(`http://two.test:${server.port}/a`, call())).rejects.toMatchObject({ code: 'egress-refused' });
  expect(server.requests).toEqual([]);
});
