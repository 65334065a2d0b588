import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, FIRST_ADMINISTRATOR, PASSWORD, type OpenedPage } from '../support/browser.ts';
import { call } from '../support/http-client.ts';
import { portalStates, showPortalState } from '../support/portal-states.ts';
import { headingOf, signInTo, startPortal, type TestPortal } from '../support/portal.ts';
import { skipWithout } from '../support/skip-without.ts';
import { zhPortal } from '../../web/words/zh/portal.ts';
import { axeFaults } from './behavior/axe-faults.ts';
import { englishTexts, layoutFaults as cutTexts } from './behavior/on-page.ts';

/** A narrow phone, or a window of 640 pixels at 200 %. */
const NARROW_WIDTH = 320;
const PHONE_WIDTH = 390;
const NAME = 'wolfeschlegelsteinhausenbergerdorff';

/** Returns the elements that are wider than the window, and the controls that are too small for a finger. */
async function layoutFaults(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const faults: string[] = [];
    if (document.documentElement.scrollWidth > innerWidth) faults.push('the page is wider than the window');
    for (const control of document.querySelectorAll('button, input, select, textarea, .task, .button, summary')) {
      const { width, height, right } = control.getBoundingClientRect();
      const isHidden = control.matches('.hidden, [hidden], .skip') || width < 2;
      if (!isHidden && (height < 40 || right > innerWidth)) faults.push(`${control.outerHTML.slice(0, 120)} ${height}`);
    }
    return faults;
  });
}

const words = zhPortal;

/** Pages of the portal in Chinese, each with its heading and the button that opens its form. */
const chinesePages = [
  ['', 'Ann，你好'],
  ['/profile', words.profile.title],
  ['/profile', words.profile.title, '更改：备用电子邮件地址'],
  ['/password', words.password.title],
  ['/second-factor', words.factor.title],
  ['/second-factor', words.factor.title, words.factor.begin],
  ['/passkeys', words.passkeys.title],
  ['/passkeys', words.passkeys.title, words.passkeys.add],
  ['/ssh-keys', words.sshKeys.title],
  ['/ssh-keys', words.sshKeys.title, words.sshKeys.add],
  ['/sessions', words.sessions.title],
  ['/nothing/here', words.frame.unknown],
] as const;

describe.skipIf(skipWithout(browserUnavailableReason()))('a page of the portal', () => {
  let portal: TestPortal;
  let signedIn: OpenedPage;
  let signedOut: OpenedPage;
  beforeAll(async () => {
    portal = await startPortal();
    await portal.withPassword(NAME);
    signedIn = await portal.openFor(NAME, '', NARROW_WIDTH);
    signedOut = await portal.openPhone('', NARROW_WIDTH);
  });
  afterAll(() => portal[Symbol.asyncDispose]());

  test.for(portalStates.map(({ name }) => name))(
    'is readable, narrow and accessible in both themes: %s',
    async (name) => {
      const { page, errors, settle } = signedIn;
      const state = portalStates.find((one) => one.name === name) ?? expect.fail(`${name} is not a page`);
      await showPortalState(page, state);
      await settle();
      expect(await layoutFaults(page)).toEqual([]);
      expect(await axeFaults(page)).toEqual([]);
      expect(errors).toEqual([]);
    },
  );

  test('is readable, narrow and accessible without a session', async () => {
    const { page, errors } = signedOut;
    const link = new URL(await portal.provision('linked'));
    const pages = [
      ['/portal', /Sign in to Contoso/],
      ['/portal/nowhere', /There is no organization “nowhere” here/],
      [`${link.pathname}${link.search}`, /Welcome/],
      ['/portal/forgot', /Set a new password/],
      ['/portal/password-set', /Your password is set/],
    ] as const;
    for (const [path, name] of pages) {
      await page.goto(path);
      await headingOf(page, name);
      expect([path, await layoutFaults(page)]).toEqual([path, []]);
      expect([path, await axeFaults(page)]).toEqual([path, []]);
    }
    expect(errors).toEqual([]);
  });

  test('is in Chinese for a reader who chose it, without an English or a cut text', async () => {
    const { page, errors, settle } = signedIn;
    const faultsOf = async (where: string) => {
      await settle();
      return [where, await englishTexts(page), await cutTexts(page), await layoutFaults(page)];
    };
    await page.setViewportSize({ width: PHONE_WIDTH, height: 844 });
    await page.goto('/portal');
    // The foot of the page moves when the greeting arrives: a click at the same moment would miss the button.
    await headingOf(page, 'Hello, Ann');
    await page.getByRole('button', { name: '简体中文' }).click();
    await headingOf(page, 'Ann，你好');
    expect(await page.title()).toBe('Ann，你好 · 探花');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
    for (const [path, heading, button] of chinesePages) {
      await page.goto(`/portal${path}`);
      await headingOf(page, heading);
      if (button !== undefined) await page.getByRole('button', { name: button, exact: true }).click();
      expect(await faultsOf(`${path} ${button ?? ''}`)).toEqual([`${path} ${button ?? ''}`, [], [], []]);
    }
    // The server writes rules, refusals and links in the language of the page.
    await page.goto('/portal/password');
    await page.getByText('至少包含 8 个字符').waitFor();
    await page.getByLabel(words.password.current, { exact: true }).fill('wrong');
    await page.getByLabel(words.password.next, { exact: true }).fill('kq4-tzm8-w');
    await page.getByLabel(words.password.again, { exact: true }).fill('kq4-tzm8-w');
    await page.getByText('强度：良好').waitFor();
    await page.getByRole('button', { name: words.password.submit }).click();
    await page.getByRole('alert').getByText('密码错误，或者帐户已锁定。').waitFor();
    expect(await faultsOf('refused')).toEqual(['refused', [], [], []]);
    const link = new URL(await portal.provision('linked.chinese'));
    const used = new URL(await portal.provision('used.chinese'));
    await page.getByRole('button', { name: words.frame.signOut }).click();
    await headingOf(page, '登录到 Contoso');
    expect(await faultsOf('sign-in')).toEqual(['sign-in', [], [], []]);
    const pages = [
      ['/portal/nowhere', '此处没有组织“nowhere”'],
      [`${link.pathname}${link.search}`, '欢迎，Ann'],
      [`${used.pathname}?token=unknown`, '此链接无法使用'],
      ['/portal/forgot', '设置新密码'],
      ['/portal/password-set', '你的密码已设置'],
    ] as const;
    for (const [path, heading] of pages) {
      // The browser requests the page of a link in English, and the page follows the language that was chosen on this device.
      await page.goto(path);
      await headingOf(page, heading);
      expect(await faultsOf(path)).toEqual([path, [], [], []]);
    }
    await page.getByRole('link', { name: 'English' }).click();
    await headingOf(page, 'Your password is set');
    await page.goto('/portal');
    await headingOf(page, 'Sign in to Contoso');
    expect(errors).toEqual([]);
  });

  test('works by keyboard alone, and returns the focus from a dialog', async () => {
    const { page } = signedOut;
    await page.goto('/portal');
    await headingOf(page, 'Sign in to Contoso');
    await page.keyboard.type(NAME);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await headingOf(page, 'Hello, Ann');
    await page.getByRole('link', { name: /^SSH keys/ }).focus();
    await page.keyboard.press('Enter');
    await headingOf(page, 'SSH keys');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await page.getByRole('button', { name: 'Add a key' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('Laptop');
    await page
      .getByLabel('Public key')
      .fill('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4Tq7cWlyCjnqD3Ry1sN8kqXy6Wm8y3Vq0m8pQ0Zb2M ann');
    await page.getByRole('button', { name: 'Add the key' }).focus();
    await page.keyboard.press('Enter');
    const remove = page.getByRole('button', { name: 'Remove the key “Laptop”' });
    await remove.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await remove.evaluate((button) => button === document.activeElement)).toBe(true);
  });

  test('says that the server does not answer, keeps what was typed, and shows the error of a server that fails', async () => {
    await using opened = await portal.openPhone();
    const { page } = opened;
    await page.getByLabel('Email address or user name').fill('ann');
    await page.getByLabel('Password', { exact: true }).fill('secret words');
    await page.route('**/api/**', (route) => route.abort('connectionrefused'));
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('alert').getByText('The server does not answer.').waitFor();
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('secret words');
    await page.unroute('**/api/**');
    const body = { message: 'Something failed here.', error_code: 'internal', request_id: 'req-0123' };
    await page.route('**/api/portal/session', (route) => route.fulfill({ status: 500, json: body }));
    await page.reload();
    await page.getByRole('alert').getByText('Request req-0123').waitFor();
    await page.unroute('**/api/portal/session');
    await page.getByRole('button', { name: 'Try again' }).click();
    await headingOf(page, 'Sign in to Contoso');
  });

  test('shows a quiet bar while the server is slow, then that it still waits', async () => {
    await using opened = await portal.openPhone();
    const { page } = opened;
    await page.clock.install({ time: new Date('2030-01-01T08:00:00Z') });
    await page.clock.pauseAt(new Date('2030-01-01T09:00:00Z'));
    const { promise, resolve } = Promise.withResolvers<void>();
    await page.route('**/api/portal/session', async (route) => {
      await promise;
      await route.continue();
    });
    await page.reload({ waitUntil: 'commit' });
    await page.waitForRequest('**/api/portal/session');
    const bar = page.getByRole('progressbar', { name: 'Loading…' });
    await page.clock.runFor(50);
    expect(await bar.count()).toBe(0);
    await page.clock.runFor(100);
    await bar.waitFor();
    expect(await page.getByText('Still waiting for the server.').count()).toBe(0);
    await page.clock.runFor(1_000);
    await page.getByText('Still waiting for the server.').waitFor();
    resolve();
    await page.clock.resume();
    await headingOf(page, 'Sign in to Contoso');
  });

  test('lets a user who needs a second factor do nothing else', async () => {
    await portal.withPassword('must.enroll');
    const { stdout } = await portal.served.server.cli('user', 'show', 'must.enroll', '--json');
    const { id } = JSON.parse(stdout) as { readonly id: string };
    const { stdout: key } = await portal.served.server.cli(
      'key',
      'create',
      '--administrator',
      FIRST_ADMINISTRATOR,
      '--name',
      'Test',
    );
    const answer = await call(`${portal.served.server.url}/api/systemusers/${id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'x-api-key': key.split('\n', 1)[0] ?? '' },
      body: { enable_user_portal_multifactor: true },
    });
    expect(answer.status, answer.text).toBe(200);
    await using opened = await portal.openFor('must.enroll', '/profile');
    const { page } = opened;
    await headingOf(page, 'Set up a second factor to continue');
    await page.getByRole('link', { name: /Add a passkey/ }).click();
    await headingOf(page, 'Passkeys');
  });

  test('says when the password expires, and in which organization a user name is looked for', async () => {
    const { server } = portal.served;
    await server.cli('organization', 'set', 'passwordExpirationDays=7');
    await using opened = await portal.openFor(NAME);
    const { page } = opened;
    await page.getByRole('link', { name: /Your password expires in 6 days/ }).click();
    await headingOf(page, 'Password');
    await server.cli('organization', 'set', 'passwordExpirationDays=0');
    await server.cli('organization', 'create', 'Fabrikam');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await headingOf(page, 'Sign in to Contoso');
    await page.goto('/portal');
    await headingOf(page, 'Sign in');
    await page.getByText('Name your organization').click();
    await page.getByLabel('Name of the organization').fill('fabrikam');
    await page.getByRole('button', { name: 'Continue' }).click();
    await headingOf(page, 'Sign in to Fabrikam');
    await signInTo(page, NAME);
    await page.getByRole('alert').getByText('The name or the password is wrong').waitFor();
  });

  test('says that the browser is signed in as an administrator', async () => {
    await using opened = await portal.served.open({ root: '/portal' });
    const { page } = opened;
    await page.getByText(/signed in to the console as an administrator/).waitFor();
    await signInTo(page, NAME);
    await headingOf(page, 'Hello, Ann');
  });
});
