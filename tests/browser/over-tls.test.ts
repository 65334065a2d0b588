import type { BrowserContext, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, signIn, startConsole, type TestConsole } from '../support/browser.ts';
import { call } from '../support/http-client.ts';
import { skipWithout } from '../support/skip-without.ts';
import { startTlsProxy, type TlsProxy } from '../support/tls-proxy.ts';

const HOST_PREFIX = '__Host-';

/** Returns where the server listens, which differs from its public URL. */
function listeningAddress(log: string): string {
  return /http:\/\/127\.0\.0\.1:\d+/.exec(log)?.[0] ?? expect.fail(log);
}

describe.skipIf(skipWithout(browserUnavailableReason()))('the console behind TLS', () => {
  let proxy: TlsProxy;
  let served: TestConsole;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    proxy = await startTlsProxy();
    served = await startConsole({ TANHUA_PUBLIC_URL: proxy.url, TANHUA_TRUSTED_PROXIES: '127.0.0.1' });
    proxy.forwardTo(listeningAddress(served.server.log()));
    context = await served.browser.newContext({ baseURL: proxy.url, ignoreHTTPSErrors: true });
    page = await context.newPage();
  });
  afterAll(async () => {
    await served[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
  });

  const session = async () => (await context.cookies()).find(({ name }) => name === `${HOST_PREFIX}tanhua_session`);
  const places = () => page.getByRole('navigation', { name: 'Places' });

  test('signs in with cookies that only this host receives, and that no script reads', async () => {
    await page.goto('/console');
    await signIn(page);
    await places().waitFor();
    const cookies = await context.cookies();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) {
      expect(cookie).toMatchObject({ secure: true, httpOnly: true, path: '/', domain: 'localhost' });
      expect(cookie.name.startsWith(HOST_PREFIX), cookie.name).toBe(true);
    }
    expect(await session()).toMatchObject({ sameSite: 'Lax' });
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  test('keeps the session over a reload, and receives live updates', async () => {
    await page.reload();
    await places().getByRole('link', { name: 'Events' }).click();
    await page.getByText('New events appear as they happen.').waitFor();
    const headers = { 'x-api-key': served.server.key, 'content-type': 'application/json' };
    const body = { username: 'lin', email: 'lin@contoso.example' };
    const url = `${listeningAddress(served.server.log())}/api/systemusers`;
    expect((await call(url, { method: 'POST', headers, body })).status).toBe(200);
    await page.getByRole('link', { name: /created lin/ }).waitFor();
  });

  test('does not take a cookie of the name without the prefix', async () => {
    const { value = '' } = (await session()) ?? {};
    const other = await served.browser.newContext({ baseURL: proxy.url, ignoreHTTPSErrors: true });
    await other.addCookies([{ name: 'tanhua_session', value, url: proxy.url }]);
    expect((await other.request.get('/api/auth/session')).status()).toBe(401);
    await other.close();
  });

  test('signs out: the cookie is gone, and what it contained opens nothing', async () => {
    const { value = '' } = (await session()) ?? {};
    await page.getByRole('button', { name: 'Account and preferences' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    expect(await session()).toBeUndefined();
    const headers = { cookie: `${HOST_PREFIX}tanhua_session=${value}` };
    expect((await context.request.get('/api/auth/session', { headers })).status()).toBe(401);
  });
});
