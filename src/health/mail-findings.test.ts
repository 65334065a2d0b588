import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeOnSqlite } from '../../tests/support/on-sqlite.ts';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { openMailServer } from '../../tests/support/mail-server.ts';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { cancelLateMails } from '#mail/mail-events.ts';
import { claimDueMail, insertMail, markFailed } from '#mail/outbox-store.ts';
import { listOrganizations } from '#organizations/organization-store.ts';
import { mailServerFinding, outboxFindings } from './mail-findings.ts';

const mailFrom = 'Contoso <no-reply@contoso.example>';

describeOnSqlite('the finding about the mail server', () => {
  const open = () =>
    openMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) => {
        if (username === 'user' && password === 'secret-1') done(null, { user: 'user' });
        else done(new Error('wrong credentials'));
      },
    });

  test('is ok if the server can be reached and accepts the login, and no email is sent', async () => {
    await using server = await open();
    const smtpUrl = server.url('?ignoreTLS=true', 'user:secret-1@');
    const finding = await mailServerFinding({ smtpUrl, mailFrom });
    expect(finding).toMatchObject({ check: 'mail server', status: 'ok', detail: expect.stringContaining('login') });
    expect(finding.detail).toMatch(/^127\.0\.0\.1:\d+ can be reached and accepts the login$/);
    for (const [from, status] of [
      ['Tanhua <no-reply@localhost>', 'warning'],
      ['no-reply@LOCALHOST', 'warning'],
      ['no-reply@localhost.example.com', 'ok'],
      ['"The @localhost team" <team@example.com>', 'ok'],
    ] as const) {
      expect(await mailServerFinding({ smtpUrl, mailFrom: from }), from).toMatchObject({ status });
    }
    const local = await mailServerFinding({ smtpUrl, mailFrom: 'Tanhua <no-reply@localhost>' });
    expect(local.detail).toContain('TANHUA_MAIL_FROM');
    expect(server.received).toEqual([]);
  });

  test('is a fault if the server refuses the login, and does not contain the password', async () => {
    await using server = await open();
    const finding = await mailServerFinding({ smtpUrl: server.url('?ignoreTLS=true', 'user:secret-2@'), mailFrom });
    expect(finding).toMatchObject({ status: 'fault', detail: expect.stringContaining('refuses the login') });
    expect(finding.detail).not.toContain('secret');
  });

  test('is a fault if the server does not listen', async () => {
    const server = await open();
    const smtpUrl = server.url();
    await server[Symbol.asyncDispose]();
    expect(await mailServerFinding({ smtpUrl, mailFrom })).toMatchObject({
      status: 'fault',
      detail: expect.stringMatching(/cannot be reached: .*ECONNREFUSED/),
    });
  });

  test('is a warning if no mail server is configured', async () => {
    expect(await mailServerFinding({ smtpUrl: undefined, mailFrom })).toMatchObject({
      status: 'warning',
      detail: expect.stringContaining('TANHUA_SMTP_URL'),
    });
  });
});

describe('the findings about the outbox', () => {
  let directory: TestDirectory;
  beforeAll(async () => {
    directory = await openTestDirectory();
  });
  afterAll(() => directory[Symbol.asyncDispose]());

  const findings = async () => {
    const { database, clock } = directory.deps;
    return await outboxFindings(database, await listOrganizations(database), clock);
  };
  const attempt = async (error: string, isFinal: boolean) => {
    const { database, clock } = directory.deps;
    const at = clock.now();
    const mail = (await claimDueMail(database, at, new Date(at.getTime() + 1))) ?? expect.fail('there is an email');
    await markFailed(database, mail, { error, at, next: isFinal ? undefined : new Date(at.getTime() + DAY_MS) });
  };

  test('count the waiting and delayed emails, and those that failed in the last 24 hours', async () => {
    const { database, clock } = directory.deps;
    const { organizationId } = directory.caller.origin;
    const expiresAt = new Date(clock.now().getTime() + 10 * DAY_MS);
    for (let count = 0; count < 3; count += 1) {
      const mail = { organizationId, kind: 'welcome', recipient: 'ann@example.com', targetId: null } as const;
      await insertMail(database, clock, { ...mail, subject: '', body: '', expiresAt });
    }
    expect((await findings())[0]).toMatchObject({
      status: 'ok',
      detail: '0 failed in the last 24 hours; 3 wait, 0 of them after a failed attempt',
    });
    await attempt('550 unknown', true);
    await attempt('451 later', false);
    const [mails] = await findings();
    expect(mails).toMatchObject({ check: 'mails', status: 'warning' });
    expect(mails?.detail).toContain('1 failed in the last 24 hours; 2 wait, 1 of them after a failed attempt');
    directory.clock.advance(DAY_MS - 1);
    expect((await findings())[0]?.detail).toContain('1 failed');
    directory.clock.advance(1);
    expect((await findings())[0]?.detail).toContain('0 failed');
  });

  test('count emails that were not sent before they expired as failed', async () => {
    const { database, clock } = directory.deps;
    const { organizationId } = directory.caller.origin;
    const mail = { organizationId, kind: 'welcome', recipient: 'late@example.com', targetId: null } as const;
    await insertMail(database, clock, { ...mail, subject: '', body: '', expiresAt: clock.now() });
    await cancelLateMails({ database, clock });
    expect((await findings())[0]).toMatchObject({ status: 'warning', detail: expect.stringContaining('1 failed') });
  });

  test('name organizations whose administrators receive no email', async () => {
    const { database, clock } = directory.deps;
    const { organizationId } = directory.caller.origin;
    const add = (email: string) =>
      insertAdministrator(database, clock, { organizationId, email, name: '', role: 'Manager', passwordHash: null });
    const reported = async () => (await findings()).filter(({ check }) => check === 'administrators');
    await add('admin@localhost');
    expect(await reported()).toMatchObject([
      { status: 'warning', detail: expect.stringContaining('admin set EMAIL --email') },
    ]);
    await add('ann@example.com');
    expect(await reported()).toEqual([]);
  });
});
