import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  browserUnavailableReason,
  PASSWORD,
  startConsole,
  type OpenedPage,
  type TestConsole,
} from '../../support/browser.ts';
import { createConsoleSamples, type ConsoleSamples } from '../../support/console-samples.ts';
import { sourceTabs } from '../../support/console-states.ts';
import { call } from '../../support/http-client.ts';
import { skipWithout } from '../../support/skip-without.ts';

/** Returns all that a script of the page can read: what is stored, the document, the address and the history. */
const readable = (page: Page) =>
  page.evaluate(() =>
    [
      JSON.stringify(localStorage),
      JSON.stringify(sessionStorage),
      document.cookie,
      document.documentElement.outerHTML,
      [...document.querySelectorAll('input')].map(({ value }) => value).join(' '),
      JSON.stringify(history.state),
      location.href,
    ].join('\n'),
  );

describe.skipIf(skipWithout(browserUnavailableReason()))('a secret', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  let samples: ConsoleSamples;
  const urls: string[] = [];
  const answers: Promise<string>[] = [];
  beforeAll(async () => {
    served = await startConsole();
    samples = await createConsoleSamples(served.server);
    opened = await served.open();
    opened.page.on('request', (request) => urls.push(request.url()));
    opened.page.on('response', (answer) => {
      if (/\/api\/(?!live)/.test(answer.url())) answers.push(answer.text().catch(() => ''));
    });
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test.for([
    ['created', /^Create a key…$/, 'Create the key'],
    ['rotated', /^Rotate/, 'Create the new key'],
  ] as const)('that was %s is shown once, and is nowhere afterwards', async ([, open, submit]) => {
    const { page, settle } = opened;
    await page.goto(`/console/sources/${samples.source}/keys`);
    await page.getByRole('button', { name: open }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Your password').fill(PASSWORD);
    await dialog.getByRole('button', { name: submit }).click();
    const secret = (await dialog.getByLabel('Secret Token').first().textContent()) ?? '';
    expect(secret.length).toBeGreaterThan(30);
    expect((await readable(page)).split(secret).length - 1, 'shown once').toBe(1);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await dialog.waitFor({ state: 'detached' });
    answers.length = 0;
    for (const tab of sourceTabs) {
      await page
        .getByRole('navigation', { name: /^Pages of/ })
        .getByRole('link')
        .nth(sourceTabs.indexOf(tab))
        .click();
      await settle();
      expect(await readable(page), tab).not.toContain(secret);
    }
    await page.reload();
    await settle();
    const all = [await readable(page), ...urls, ...(await Promise.all(answers))].join('\n');
    expect(all).not.toContain(secret);
    expect(all).not.toContain(PASSWORD);
    expect(opened.errors, 'such as a violation of the policy of the page').toEqual([]);
  });

  test('of the session cannot be read by scripts, and the preferences hold none', async () => {
    const { page, context } = opened;
    const cookies = await context.cookies();
    expect(cookies.map(({ name }) => name)).toContain('tanhua_session');
    for (const { name, value, httpOnly, sameSite, path } of cookies) {
      expect([name, httpOnly, sameSite, path]).toEqual([name, true, 'Lax', '/']);
      expect(await readable(page)).not.toContain(value);
      for (const url of urls) expect(url).not.toContain(value);
    }
  });

  test('of the session is not accepted from a page of another site', async () => {
    const [session] = (await opened.context.cookies()).filter(({ name }) => name === 'tanhua_session');
    const send = (headers: Record<string, string>) =>
      call(`${served.origin}/api/v2/usergroups`, {
        method: 'POST',
        headers: { cookie: `tanhua_session=${session?.value}`, 'content-type': 'application/json', ...headers },
        body: { name: 'From another site' },
      });
    for (const headers of [
      { origin: 'https://attacker.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const { status, body } = await send(headers as Record<string, string>);
      expect([status, body.error_code], JSON.stringify(headers)).toEqual([403, 'crossOrigin']);
    }
    expect((await send({ origin: served.origin })).status).toBe(201);
  });

  test('cannot leave the page: its policy allows no other server, no frame, and no script or style in the document', async () => {
    const answer = await call(`${served.origin}/console/people`);
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const isBlocked = await opened.page.evaluate(async () => {
      const violated = new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => resolve(violatedDirective), {
          once: true,
        });
      });
      document.body.append(Object.assign(document.createElement('style'), { textContent: 'h1 { color: red }' }));
      return await violated;
    });
    expect(isBlocked).toMatch(/^style-src/);
  });
});
