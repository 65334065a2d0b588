import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findUser } from '#directory/user-store.ts';
import { listMails } from '#mail/mail-list-store.ts';
import { findMail } from '#mail/outbox-store.ts';
import { openMail } from '#mail/outbox.ts';
import { updateTemplate } from '#mail/template-store.ts';
import { mailKindNames, mailKinds, passwordLinkKinds } from '#mail/templates.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const pathOf = (kind: string) => `/api/v2/customemails/${kind}`;
const put = (kind: string, body: object) => api.send('PUT', pathOf(kind), body);
const preview = async (kind: string, body: object) => (await api.send('POST', `${pathOf(kind)}/preview`, body)).body;

describe('an unknown token in a mail template', () => {
  test.each([
    ['#{first_nam}', 'first_nam', 'first_name'],
    ['#{bogus}', 'bogus', undefined],
    ['#{ username }', ' username ', 'username'],
    ['${username}', 'username', 'username'],
    ['#{job_id}', 'job_id', undefined],
    ['{{username}}', 'username', 'username'],
    ['%{username}', 'username', 'username'],
    ['#{username', 'username', 'username'],
    ['{{foo}}', 'foo', undefined],
    ['{{ foo }}', ' foo ', undefined],
    ['%{foo}', 'foo', undefined],
  ])('such as %s is refused by PUT and reported by the preview with the same message', async (token, _name, meant) => {
    const before = (await api.send('GET', pathOf('activate_user_custom'))).body;
    const refused = await put('activate_user_custom', { body: `Hello ${token}` });
    expect(refused.status).toBe(400);
    expect(refused.body.message).toContain(`"${token}" is not a token of the email "Activation".`);
    expect(refused.body.message).toContain('Its tokens are #{first_name}, #{username},');
    if (meant !== undefined) expect(refused.body.message).toContain(`Write #{${meant}}.`);
    expect((await api.send('GET', pathOf('activate_user_custom'))).body).toEqual(before);
    const { problems } = await preview('activate_user_custom', { body: `Hello ${token}` });
    expect(problems).toMatchObject([{ part: 'body' }]);
    expect(refused.body.message).toBe(problems[0].message);
  });

  test('is reported for every part of the template that contains one', async () => {
    const parts = {
      subject: '#{a}',
      header: '#{b}',
      body: '#{c} {text} {{}} 5 $ 100%',
      button: 'Go #{d}',
      nextStepContactInfo: '#{e}',
    };
    const { status, body } = await put('welcome', parts);
    expect(status).toBe(400);
    for (const name of 'abcde') expect(body.message).toContain(`"#{${name}}"`);
    expect(body.message).not.toMatch(/\{text\}|\{\{/);
  });
});

describe.each(mailKindNames)('the email kind %s', (kind) => {
  test('has a default text without problems, lists its tokens, and accepts in PUT what GET returned', async () => {
    const { body } = await api.send('GET', pathOf(kind));
    expect(body).toMatchObject({ type: kind, isCustom: false, tokens: mailKinds[kind].tokens });
    expect((await preview(kind, body)).problems).toEqual([]);
    const stored = await put(kind, body);
    expect(stored.body).toEqual({ ...body, isCustom: true, customLanguages: ['en'] });
    expect((await api.send('DELETE', pathOf(kind))).body).toEqual(body);
  });

  test('requires a button label with text other than tokens and blanks only if its link sets a password', async () => {
    for (const button of ['', '  ', '#{first_name}']) {
      const token = mailKinds[kind].tokens.some((name) => name === 'first_name') ? button : '';
      const refused = await put(kind, { button: token });
      expect(refused.status).toBe(passwordLinkKinds.includes(kind) ? 400 : 200);
      if (refused.status === 400) expect(refused.body.message).toContain('would lose the link');
    }
    await api.send('DELETE', pathOf(kind));
  });
});

test('PUT changes only the parts of a mail template that it sends, and does not assume that a custom text is in English', async () => {
  const ours = (await api.send('GET', pathOf('welcome'))).body;
  const first = await put('welcome', { subject: 'Willkommen' });
  expect(first.body).toMatchObject({
    ...ours,
    customLanguages: ['en'],
    subject: 'Willkommen',
    language: '',
    isCustom: true,
  });
  expect((await preview('welcome', {})).html).toContain('<html>');
  const second = await put('welcome', { header: 'Guten Tag #{first_name}', language: 'de' });
  expect(second.body).toMatchObject({ subject: 'Willkommen', header: 'Guten Tag #{first_name}', language: 'de' });
  expect((await preview('welcome', {})).html).toContain('<html lang="de">');
  expect((await put('welcome', { language: 'no language' })).status).toBe(400);
  expect((await put('welcome', { bogus: 'x' })).status).toBe(400);
  await api.send('DELETE', pathOf('welcome'));
});

test('the preview of an email shows a link only if the email has one, and formats times for the language and time zone', async () => {
  expect((await preview('password_reset_confirmation', { button: 'Sign in' })).text).not.toContain('Sign in');
  expect((await preview('welcome', {})).text).toMatch(/Sign in:\n\S+\/portal\n/);
  expect((await preview('admin_invitation', {})).text).toContain('/console/activate?token=');
  expect((await preview('activate_user_custom', {})).text).toContain('/portal/activate?token=');
  expect((await preview('admin_change_password', {})).text).toContain('/console/reset?token=');
  const origin = api.services.accounts.publicUrl();
  for (const [kind, page] of [
    ['admin_change_password', 'console'],
    ['welcome', 'portal'],
  ] as const) {
    expect((await preview(kind, { body: 'At #{forgot_url}' })).text).toContain(`At ${origin}/${page}/forgot`);
  }
  expect((await preview('password_reset_confirmation', {})).text).toContain(
    'on Saturday, January 31, 2026 at 12:00 PM UTC',
  );
  await api.send('PUT', `/api/organizations/${api.organizationId}`, { settings: { timeZone: 'Europe/Berlin' } });
  const german = await preview('password_reset_confirmation', { language: 'de', body: 'Am #{changed_at}' });
  expect(german.text).toMatch(/Am Samstag, 31\. Januar 2026 um 13:00 MEZ/);
  const zone = { settings: { timeZone: 'Europe/Atlantis' } };
  expect((await api.send('PUT', `/api/organizations/${api.organizationId}`, zone)).status).toBe(400);
});

test('the preview of an email names the organization, and with values it is the email that would be sent now', async () => {
  const rename = (displayName: string) => api.send('PUT', `/api/organizations/${api.organizationId}`, { displayName });
  await rename('Harbor & Co');
  const sample = await preview('admin_invitation', {});
  expect(sample.text).toMatch(/^Hello Ann\n\nYou are now an administrator of Harbor & Co, with the role Manager\./);
  expect(sample.text).toContain('Questions? Ask IT it@example.com.');
  const values = { first_name: '', username: 'lin@example.com', role: 'Read Only' };
  const shown = await preview('admin_invitation', { values, body: '#{username} is #{role} until #{expires}.' });
  const inAWeek = new Date(api.directory.clock.now().getTime() + 7 * 86_400_000);
  const day = inAWeek.toLocaleDateString('en', { dateStyle: 'long', timeZone: 'Europe/Berlin' });
  expect(shown.text).toMatch(/^Hello\n\nlin@example\.com is Read Only until \w+, /);
  expect(shown.text).toContain(day);
  expect(shown.text).not.toContain('Questions?');
  const chinese = await api.send('POST', `${pathOf('admin_invitation')}/preview?readerLanguage=zh`, { values });
  expect(chinese.body.text).toContain('你现在是 Harbor & Co 的管理员，角色为“只读”。');
  const refused = await api.send('POST', `${pathOf('admin_invitation')}/preview`, { values: { roll: 'x' } });
  expect([refused.status, refused.body.message]).toEqual([400, expect.stringContaining('roll')]);
});

test('an email keeps its link if the stored template has no button, which older versions accepted', async () => {
  const { database } = api.directory.deps;
  const old = { ...mailKinds.activate_user_custom.template, button: '' };
  await updateTemplate(database, api.organizationId, { kind: 'activate_user_custom', language: 'en' }, old);
  const { body } = await api.send('POST', '/api/systemusers', { username: 'old', email: 'old@example.com' });
  await api.send('POST', '/api/systemusers/reactivate', { models: [{ _id: body._id }] });
  const [mail] = await api.mails();
  expect(mail?.token).not.toBe('');
  await updateTemplate(database, api.organizationId, { kind: 'activate_user_custom', language: 'en' }, undefined);
});

test('replies to an email go to the organization’s contact if the contact has an email address', async () => {
  const { database } = api.directory.deps;
  const resend = async (username: string) => {
    const email = `${username}@example.com`;
    const { body } = await api.send('POST', '/api/systemusers', { username, email });
    await api.send('POST', '/api/systemusers/reactivate', { models: [{ _id: body._id }] });
    const all = await listMails(database, api.organizationId, { skip: 0, limit: 100 });
    const { id } = all.find(({ recipient }) => recipient === email) ?? expect.fail('there is an email');
    const mail = (await findMail(database, api.organizationId, id)) ?? expect.fail('there is an email');
    return openMail(api.services.accounts.secrets, mail.body).replyTo;
  };
  expect(await resend('lonely')).toBeUndefined();
  const settings = { contactName: 'IT', contactEmail: 'it@example.com' };
  await api.send('PUT', `/api/organizations/${api.organizationId}`, { settings });
  expect(await resend('cared')).toEqual({ name: 'IT', address: 'it@example.com' });
});

test('an invitation uses the product name if the organization has the default name, and does not greet by email address', async () => {
  const rename = (displayName: string) => api.send('PUT', `/api/organizations/${api.organizationId}`, { displayName });
  await rename('My organization');
  await api.send('POST', '/api/users', { email: 'nameless@example.com', roleName: 'Manager' });
  const mail = (await api.mails()).find(({ recipient }) => recipient === 'nameless@example.com');
  expect(mail?.text).toMatch(/^Hello\n\nYou are now an administrator of Tanhua, with the role Manager\./);
  const page = await api.send('GET', `/console/activate?token=${mail?.token}`, undefined, {});
  expect(page.text).toContain('<h1>Welcome</h1>');
  expect(page.text).toContain('at Tanhua');
});

describe('the text for readers of Chinese', () => {
  const zh = (kind: string) => `${pathOf(kind)}?readerLanguage=zh`;
  const textFor = async (username: string, preferredLanguage: string | undefined) => {
    const { body } = await api.send('POST', '/api/systemusers', { username, email: `${username}@example.com` });
    if (preferredLanguage !== undefined) {
      const { database } = api.directory.deps;
      const user = (await findUser(database, api.organizationId, body._id)) ?? expect.fail('there is a user');
      await database
        .updateTable('users')
        .set({ document: JSON.stringify({ ...user.document, preferredLanguage }) })
        .where('organization_id', '=', api.organizationId)
        .where('id', '=', body._id)
        .execute();
    }
    await api.send('POST', '/api/systemusers/reactivate', { models: [{ _id: body._id }] });
    const all = await listMails(api.directory.deps.database, api.organizationId, { skip: 0, limit: 100 });
    return all.find(({ recipient }) => recipient === `${username}@example.com`)?.subject;
  };
  const setLanguage = (language: string) =>
    api.send('PUT', `/api/organizations/${api.organizationId}`, { settings: { language } });

  test('is another text than the one in English, and each is changed and reset alone', async () => {
    const ours = (await api.send('GET', zh('welcome'))).body;
    expect(ours).toMatchObject({ readerLanguage: 'zh', language: 'zh-CN', isCustom: false, button: '登录' });
    const changed = await api.send('PUT', zh('welcome'), { subject: '欢迎' });
    expect(changed.body).toMatchObject({ subject: '欢迎', language: 'zh-CN', isCustom: true, customLanguages: ['zh'] });
    expect((await api.send('GET', pathOf('welcome'))).body).toMatchObject({ isCustom: false, customLanguages: ['zh'] });
    expect((await put('welcome', { subject: 'Hello' })).body).toMatchObject({ customLanguages: ['en', 'zh'] });
    const shown = await api.send('POST', `${pathOf('welcome')}/preview?readerLanguage=zh`, {});
    expect(shown.body).toMatchObject({ subject: '欢迎', html: expect.stringContaining('<html lang="zh-CN">') });
    expect(shown.body.html).toContain('如果按钮无法使用，请打开此地址：');
    const list = await api.send('GET', '/api/v2/customemail/templates?readerLanguage=zh');
    expect(list.body.filter(({ isCustom }: { isCustom: boolean }) => isCustom)).toMatchObject([{ type: 'welcome' }]);
    expect((await api.send('DELETE', zh('welcome'))).body).toEqual({ ...ours, customLanguages: ['en'] });
    await api.send('DELETE', pathOf('welcome'));
    expect((await api.send('GET', `${pathOf('welcome')}?readerLanguage=de`)).status).toBe(400);
    // The description and the problems are in the language of the caller, and the text in that of its readers.
    const chinese = { 'x-api-key': api.key, 'accept-language': 'zh' };
    const described = await api.send('GET', pathOf('welcome'), undefined, chinese);
    expect(described.body).toMatchObject({ description: expect.stringContaining('门户'), button: 'Sign in' });
    const refused = await api.send('PUT', pathOf('welcome'), { body: '#{bogus}' }, chinese);
    expect(refused.body.message).toContain('"#{bogus}" 不是邮件“欢迎”的标记。');
  });

  test('goes to people who prefer Chinese, and to all others whose language is not known if the organization’s is Chinese', async () => {
    expect(await textFor('prefers-chinese', 'zh-Hans-CN')).toBe('你在探花的帐户');
    expect(await textFor('prefers-traditional', 'zh-TW')).toMatch(/^Your account at /);
    expect((await setLanguage('zh')).status).toBe(200);
    expect(await textFor('prefers-english', 'en-GB, zh;q=0.5')).toMatch(/^Your account at /);
    expect(await textFor('prefers-german', 'de-CH')).toMatch(/^你在/);
    expect(await textFor('prefers-nothing', undefined)).toMatch(/^你在/);
    // An administrator has no preferred language.
    await api.send('POST', '/api/users', { email: 'chinese-admin@example.com', roleName: 'Manager' });
    const all = await listMails(api.directory.deps.database, api.organizationId, { skip: 0, limit: 100 });
    expect(all.find(({ recipient }) => recipient === 'chinese-admin@example.com')?.subject).toMatch(
      /^你现在是探花的管理员$/,
    );
    // Without a language, a request is about the texts in the language of the organization.
    expect((await api.send('GET', pathOf('welcome'))).body).toMatchObject({ readerLanguage: 'zh' });
    expect((await setLanguage('de')).status).toBe(400);
    await setLanguage('en');
  });
});
