import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SMTPServerOptions } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkOf, openMailServer, type TestMailServer } from '../support/mail-server.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';

const run = promisify(execFile);

interface OutboxMail {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly error: string | null;
  readonly link?: string | null;
  readonly text?: string;
}

async function rest(server: RunningServer, method: string, path: string, body?: unknown) {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { 'x-api-key': server.key, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
}

/** Creates a user and sends the activation email. Returns the id of the user. */
async function invite(server: RunningServer, username: string): Promise<string> {
  const created = await rest(server, 'POST', '/api/systemusers', { username, email: `${username}@example.com` });
  const id: string = created.body._id;
  expect((await rest(server, 'POST', '/api/systemusers/reactivate', { models: [{ _id: id }] })).status).toBe(200);
  return id;
}

async function outboxOf(server: RunningServer, username: string): Promise<OutboxMail> {
  const mails = (await rest(server, 'GET', '/api/mail/outbox')).body;
  const found = mails.find((mail: { recipient: string }) => mail.recipient === `${username}@example.com`);
  return (await rest(server, 'GET', `/api/mail/outbox/${found.id}`)).body;
}

/** Polls the outbox until the condition holds for the email to the user. Returns the email. */
async function waitForOutbox(server: RunningServer, username: string, isReached: (mail: OutboxMail) => boolean) {
  for (let count = 0; count < 200; count += 1) {
    const mail = await outboxOf(server, username);
    if (isReached(mail)) return mail;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the email is ${JSON.stringify(await outboxOf(server, username))}`);
}

describe('without a mail server', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('emails wait in the outbox, where the API and the command line show them, and the log contains no link', async () => {
    await invite(server, 'waiter');
    const mail = await outboxOf(server, 'waiter');
    expect(mail).toMatchObject({
      state: 'waiting',
      attempts: 0,
      link: expect.stringContaining('/portal/activate?token='),
    });
    const listed = await server.cli('mail', 'list', '--state', 'waiting');
    expect(listed.stdout).toContain('waiter@example.com');
    const shown = await server.cli('mail', 'show', mail.id);
    expect(shown.code, shown.stderr).toBe(0);
    expect(shown.stdout).toContain(mail.link ?? 'no link');
    expect(JSON.parse((await server.cli('mail', 'show', mail.id, '--json')).stdout)).toMatchObject({ link: mail.link });
    expect((await server.cli('mail', 'show', 'nothing')).code).toBe(3);
    const token = new URL(mail.link ?? '').searchParams.get('token') ?? '';
    expect(server.log()).toContain('an email waits in the outbox');
    expect(server.log()).not.toContain(token);
  });

  test('the outbox does not show the invitation link of an administrator to a manager', async () => {
    const invited = await rest(server, 'POST', '/api/users', {
      email: 'boss@example.com',
      roleName: 'Administrator With Billing',
    });
    expect(invited.status).toBeLessThan(300);
    const own = await outboxOf(server, 'boss');
    expect(own.link).toContain('/console/activate?token=');
    const key = (await server.cli('key', 'create', '--role', 'Manager', '--json')).stdout;
    const { secretToken, key: secret } = JSON.parse(key) as { secretToken?: string; key?: string };
    const answer = await fetch(`${server.url}/api/mail/outbox/${own.id}`, {
      headers: { 'x-api-key': secretToken ?? secret ?? '' },
    });
    const mail = (await answer.json()) as OutboxMail;
    expect(answer.status).toBe(200);
    expect(mail.link).toBeNull();
    expect(JSON.stringify(mail)).not.toContain('token=');
  });
});

describe('with a mail server', () => {
  let mail: TestMailServer;
  let server: RunningServer;
  beforeAll(async () => {
    mail = await openMailServer();
    server = await startServer({ TANHUA_SMTP_URL: mail.url('?ignoreTLS=true') });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await mail[Symbol.asyncDispose]();
  });

  test('the outbox shows a sent email without its link', async () => {
    await invite(server, 'arrived');
    const [received] = await mail.waitFor(1, 'arrived@example.com');
    const { token } = linkOf(received ?? expect.fail('there is an email'));
    const shown = await waitForOutbox(server, 'arrived', ({ state }) => state === 'sent');
    expect(shown.link).toBeNull();
    expect(JSON.stringify(shown)).not.toContain(token);
  });

  test('a permanently refused email fails, and a temporarily refused email waits and can be resent immediately', async () => {
    mail.behavior = {
      refuseRecipient: (address) =>
        address.startsWith('never') ? '550 no such user here' : address.startsWith('later') ? '450 later' : undefined,
    };
    await invite(server, 'never');
    await invite(server, 'later');
    expect(await waitForOutbox(server, 'never', ({ state }) => state === 'failed')).toMatchObject({ attempts: 1 });
    const later = await waitForOutbox(server, 'later', ({ error }) => error !== null);
    expect(later).toMatchObject({ state: 'waiting', error: expect.stringContaining('450') });
    mail.behavior = {};
    expect((await rest(server, 'POST', `/api/mail/outbox/${later.id}/resend`)).status).toBe(204);
    await mail.waitFor(1, 'later@example.com');
    await waitForOutbox(server, 'later', ({ state }) => state === 'sent');
  });

  test('a test email to the own address arrives, or says why it was refused, on the command line too', async () => {
    expect(await server.cli('admin', 'create', 'tester@example.com', '--role', 'Administrator')).toMatchObject({
      code: 0,
    });
    const sent = await server.cli('mail', 'test', 'tester@example.com', '--json');
    expect(sent.code, sent.stderr).toBe(0);
    expect(JSON.parse(sent.stdout)).toMatchObject({ recipient: 'tester@example.com', state: 'sent', error: null });
    const [received] = await mail.waitFor(1, 'tester@example.com');
    expect(received?.parsed.text).toContain('Emails arrive');
    mail.behavior = { refuseRecipient: () => '550 no such user here' };
    const refused = await server.cli('mail', 'test', 'tester@example.com');
    mail.behavior = {};
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/was not sent: .*550 no such user here\nCheck the address/);
    const listed = await server.cli(
      'mail',
      'list',
      '--recipient',
      'TESTER@example.com',
      '--kind',
      'mail_test',
      '--json',
    );
    expect(JSON.parse(listed.stdout)).toMatchObject([{ state: 'failed' }, { state: 'sent' }]);
    expect(await rest(server, 'POST', '/api/mail/test')).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('no mail server can deliver to') },
    });
  });

  test('an email that is being sent when the process is killed is not sent again', async () => {
    mail.behavior = { delayMs: 60_000 };
    await invite(server, 'killed');
    await mail.waitFor(1, 'killed@example.com');
    server = await server.restart('SIGKILL');
    mail.behavior = {};
    await invite(server, 'after');
    await mail.waitFor(1, 'after@example.com');
    expect(await outboxOf(server, 'killed')).toMatchObject({ state: 'waiting', attempts: 1 });
    expect(mail.received.filter(({ to }) => to === 'killed@example.com')).toHaveLength(1);
  });

  test('the server stops only after the mail server has accepted the email that is being sent', async () => {
    mail.behavior = { delayMs: 1_500 };
    await invite(server, 'stopping');
    await mail.waitFor(1, 'stopping@example.com');
    server = await server.restart('SIGTERM');
    mail.behavior = {};
    expect(await outboxOf(server, 'stopping')).toMatchObject({ state: 'sent' });
    expect(mail.received.filter(({ to }) => to === 'stopping@example.com')).toHaveLength(1);
  });
});

describe('with TLS and a password', () => {
  let folder: string;
  let tls: { key: Buffer; cert: Buffer; ca: string };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tanhua-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
    const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    await run('openssl', [...request, '-keyout', key, '-out', cert, ...names]);
    tls = { key: await readFile(key), cert: await readFile(cert), ca: cert };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const onAuth: SMTPServerOptions['onAuth'] = ({ username, password }, _session, done) =>
    username === 'tanhua' && password === 'p@ss word'
      ? done(null, { user: username })
      : done(new Error('wrong password'));
  const CREDENTIALS = 'tanhua:p%40ss%20word@';

  test.each([
    ['smtps', true, ''],
    ['STARTTLS', false, '?requireTLS=true'],
  ])('emails are sent with a password over a connection that is encrypted with %s', async (name, secure, query) => {
    await using mail = await openMailServer({
      key: tls.key,
      cert: tls.cert,
      secure,
      authOptional: false,
      disabledCommands: [],
      onAuth,
    });
    await using server = await startServer({
      TANHUA_SMTP_URL: mail.url(query, CREDENTIALS),
      NODE_EXTRA_CA_CERTS: tls.ca,
    });
    await invite(server, name.toLowerCase());
    const [received] = await mail.waitFor(1);
    expect(received?.secure).toBe(true);
  });

  test('a wrong password or an untrusted certificate leaves the email in the outbox', async () => {
    await using mail = await openMailServer({
      key: tls.key,
      cert: tls.cert,
      authOptional: false,
      disabledCommands: [],
      onAuth,
    });
    for (const [username, url, environment] of [
      ['stranger', mail.url('', CREDENTIALS), {}],
      ['wrong', mail.url('', 'tanhua:wrong@'), { NODE_EXTRA_CA_CERTS: tls.ca }],
    ] as const) {
      await using server = await startServer({ TANHUA_SMTP_URL: url, ...environment });
      await invite(server, username);
      expect(await waitForOutbox(server, username, ({ error }) => error !== null)).toMatchObject({
        state: 'waiting',
        attempts: 1,
      });
      expect(server.log()).not.toContain('p@ss');
    }
    expect(mail.received).toHaveLength(0);
  });

  test('no email is sent to a server without TLS if TLS is required', async () => {
    await using mail = await openMailServer();
    await using server = await startServer({ TANHUA_SMTP_URL: mail.url('?requireTLS=true') });
    await invite(server, 'plain');
    expect(await waitForOutbox(server, 'plain', ({ error }) => error !== null)).toMatchObject({ state: 'waiting' });
    expect(mail.received).toHaveLength(0);
  });
});
