import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestAccounts, PASSWORD, type TestAccounts } from '#accounts/accounts.fixture.ts';
import { maintain } from '#accounts/maintenance.ts';
import { sendActivation } from '#accounts/account-mail.ts';
import { DAY_MS } from '#base/clock.ts';
import { findUser } from '#directory/user-store.ts';
import { listMails } from '#mail/mail-list-store.ts';
import { queueMail, readMail } from '#mail/outbox.ts';
import { mailKindNames, passwordLinkKinds, sampleTokensOf, type MailKind } from '#mail/templates.ts';

/** Checks that every link in every kind of email opens an HTML page. Real requests create the emails. */

let accounts: TestAccounts;
beforeAll(async () => {
  accounts = await openTestAccounts();
});
afterAll(() => accounts[Symbol.asyncDispose]());

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const ORIGIN = 'http://localhost:8080';
const browse = (path: string, headers: Record<string, string> = HTML) =>
  accounts.api.send('GET', path, undefined, headers);

interface ShownMail {
  readonly kind: string;
  readonly text: string;
  readonly html: string;
}

async function mailsOf(recipient: string): Promise<readonly ShownMail[]> {
  const { services, organizationId, directory } = accounts.api;
  const { database } = directory.deps;
  const all = await listMails(database, organizationId, { skip: 0, limit: 100 });
  return await Promise.all(
    all
      .filter((mail) => mail.recipient === recipient)
      .map(async ({ id, kind }) => {
        const { content } = await readMail(services.accounts, database, organizationId, id);
        return { kind, text: content.text, html: content.html };
      }),
  );
}

/** Returns the http links in the text and the HTML of an email. */
function linksOf({ text, html }: ShownMail): readonly string[] {
  const inHtml = [...html.matchAll(/ href="([^"]+)"/g)].map(([, link = '']) => link.replaceAll('&amp;', '&'));
  return [...new Set([...(text.match(/https?:\/\/\S+/g) ?? []), ...inHtml])];
}

async function newAdministrator(email: string): Promise<string> {
  return (await accounts.api.send('POST', '/api/users', { email, roleName: 'Manager' })).body._id;
}

/** Sets the password by the link of the newest email. */
async function accept(recipient: string): Promise<void> {
  const { token } = await accounts.newestMail(recipient);
  expect((await accounts.postAnonymously('/api/auth/reset', { token, password: PASSWORD })).status).toBeLessThan(300);
}

/** For each kind of email with a link, a function that causes the email to be sent and returns its recipient. */
const causes: Partial<Record<MailKind, () => Promise<string>>> = {
  activate_user_custom: async () => {
    await accounts.sendLink(await accounts.newUser('fresh'));
    return 'fresh@example.com';
  },
  welcome: async () => {
    const id = await accounts.newUser('welcomed', { password: PASSWORD });
    const { deps, caller } = accounts.api.directory;
    const user = (await findUser(deps.database, accounts.api.organizationId, id)) ?? expect.fail('there is the user');
    await sendActivation(accounts.api.services.accounts, deps.database, caller.origin, user, undefined);
    return 'welcomed@example.com';
  },
  user_change_password: async () => {
    await accounts.newUser('forgetful', { password: PASSWORD });
    await accounts.postAnonymously('/api/portal/forgot', { email: 'forgetful@example.com' });
    return 'forgetful@example.com';
  },
  user_reset_password: async () => {
    await accounts.sendLink(await accounts.newUser('helped', { password: PASSWORD }));
    return 'helped@example.com';
  },
  password_expiration_warning: async () => await aged('warned', 25),
  password_expiration: async () => await aged('expired', 31),
  admin_invitation: async () => {
    await newAdministrator('invited@example.com');
    return 'invited@example.com';
  },
  admin_change_password: async () => {
    await newAdministrator('asking@example.com');
    await accept('asking@example.com');
    accounts.api.directory.clock.advance(DAY_MS);
    await accounts.postAnonymously('/api/auth/forgot', { email: 'asking@example.com' });
    return 'asking@example.com';
  },
  admin_reset_password: async () => {
    const id = await newAdministrator('reset@example.com');
    await accept('reset@example.com');
    const sent = await accounts.api.send('POST', `/api/users/reactivate/${id}`, {});
    expect(sent.status, sent.text).toBeLessThan(300);
    return 'reset@example.com';
  },
};

async function aged(username: string, days: number): Promise<string> {
  await accounts.set({ passwordExpirationDays: 30, passwordWarningDays: 7 });
  await accounts.newUser(username, { password: PASSWORD });
  accounts.api.directory.clock.advance(days * DAY_MS);
  await maintain(accounts.api.services.accounts);
  await accounts.set({ passwordExpirationDays: 0 });
  return `${username}@example.com`;
}

describe.each(mailKindNames)('the email %s', (kind) => {
  test('has only links that open an HTML page, and has a link for setting a password exactly if its kind requires one', async () => {
    const recipient = (await causes[kind]?.()) ?? `${kind}@example.com`;
    const { services, organizationId, directory } = accounts.api;
    if (causes[kind] === undefined) {
      const tokens = { ...sampleTokensOf(kind), forgot_url: `${ORIGIN}/portal/forgot` };
      const draft = { organizationId, kind, language: 'en', recipient, targetId: null, tokens } as const;
      await queueMail(services.accounts, directory.deps.database, draft);
    }
    const mail =
      (await mailsOf(recipient)).find((one) => one.kind === kind) ?? expect.fail(`there is an email ${kind}`);
    const links = linksOf(mail);
    if (kind === 'password_expiration_warning') expect(links).toEqual([`${ORIGIN}/portal/forgot`]);
    if (kind === 'welcome') {
      expect(mail.html).toContain(` href="${ORIGIN}/portal"`);
      expect(mail.text).toContain(`set a new one at ${ORIGIN}/portal/forgot`);
    }
    expect(links.some((link) => link.includes('?token='))).toBe(passwordLinkKinds.includes(kind));
    for (const link of links) {
      expect(link).toMatch(new RegExp(`^${ORIGIN}/(portal|console)(/|$)`));
      const page = await browse(link.slice(ORIGIN.length));
      expect([link, page.status, page.headers['content-type']]).toEqual([link, 200, 'text/html; charset=utf-8']);
      expect(page.text).toContain('<h1>');
    }
  });
});

test('the page for a forgotten password says when to try again after too many requests', async () => {
  const ask = () => accounts.page('POST', '/portal/forgot', { email: 'often@example.com' });
  let answer = await ask();
  for (let count = 0; count < 100 && answer.status !== 429; count += 1) answer = await ask();
  expect(answer.status).toBe(429);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(answer.headers['content-type']).toContain('text/html');
});
