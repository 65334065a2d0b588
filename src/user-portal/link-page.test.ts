import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestAccounts, PASSWORD, type TestAccounts } from '#accounts/accounts.fixture.ts';
import { FAILURES_PER_MINUTE_MAX, FAILURES_WITHOUT_DELAY_MAX } from '#accounts/attempts.ts';

let accounts: TestAccounts;
beforeAll(async () => {
  accounts = await openTestAccounts();
});
afterAll(() => accounts[Symbol.asyncDispose]());

const PATH = '/portal/activate';
const open = (token: string) => accounts.page('GET', `${PATH}?token=${encodeURIComponent(token)}`);
const submit = (token: string, password: string, again = password) =>
  accounts.page('POST', PATH, { token, password, again });

let announced = 0;

/** Returns the ids of the elements of a page, and the ids that other elements refer to. */
function idsOf(html: string) {
  const all = (pattern: RegExp) => [...html.matchAll(pattern)].flatMap(([, ids]) => (ids ?? '').split(' '));
  return { ids: all(/ id="([^"]+)"/g), references: all(/ (?:aria-describedby|for)="([^"]+)"/g) };
}

describe('the page of a link', () => {
  test('has a form that works without a script, with labels and descriptions for its fields', async () => {
    await accounts.set({ passwordNeedsSymbol: true });
    const token = await accounts.sendLink(await accounts.newUser('formal', { firstname: 'Fay' }));
    const page = await open(token);
    expect(page.status).toBe(200);
    expect(page.text).toContain('<h1>Welcome, Fay</h1>');
    expect(page.text).toContain('<form method="post"');
    expect(page.text).toContain(`name="token" value="${token}"`);
    expect(page.text).toContain('data-rule="symbol"');
    expect(page.text).toContain('autocomplete="new-password"');
    const { ids, references } = idsOf(page.text);
    expect(new Set(ids).size).toBe(ids.length);
    expect(references.filter((id) => !ids.includes(id))).toEqual([]);
    await accounts.set({ passwordNeedsSymbol: false });
  });

  test('loads nothing but the font of this server, is not cached and cannot be framed', async () => {
    const { headers, text } = await open(await accounts.sendLink(await accounts.newUser('careful')));
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(text).not.toMatch(/ src=| style=|<link|https?:\/\//);
  });

  test.each([
    ['the password is too short', 'vq7-xk', undefined, 'password', 'The password must have at least 8 characters.'],
    ['the password is missing', '', undefined, 'password', 'Enter a password.'],
    ['the two passwords differ', PASSWORD, `${PASSWORD}!`, 'again', 'The two passwords differ. Enter both again.'],
  ])(
    'redirects after a refused form, says next to the field that %s, and accepts the next attempt',
    async (_, password, again, field, message) => {
      const token = await accounts.sendLink(await accounts.newUser(`field${message.length}`));
      // After a redirect, the Back button of the browser works.
      const sent = await submit(token, password, again);
      expect(sent.status).toBe(303);
      const refused = await accounts.page('GET', String(sent.headers['location']));
      expect(refused.status).toBe(200);
      expect(refused.text).toContain(`id="${field}-error" role="alert">${message}<`);
      expect(refused.text).toMatch(
        new RegExp(`id="${field}"[^>]* aria-invalid="true" aria-describedby="${field}-error`),
      );
      expect(refused.text).not.toContain(`value="${password || 'nothing'}"`);
      const done = await submit(token, PASSWORD);
      expect([done.status, done.headers['location']]).toEqual([303, '/portal/password-set']);
    },
  );

  test('shows a problem only with the link whose form was sent', async () => {
    const [one, other] = [
      await accounts.sendLink(await accounts.newUser('problem1')),
      await accounts.sendLink(await accounts.newUser('problem2')),
    ];
    const location = new URL(String((await submit(one, '')).headers['location']), 'http://localhost');
    expect((await accounts.page('GET', `${location.pathname}${location.search}`)).text).toContain(
      '>Enter a password.<',
    );
    location.searchParams.set('token', other);
    for (const problem of [location.searchParams.get('problem') ?? '', 'v1.invented', '']) {
      location.searchParams.set('problem', problem);
      const page = await accounts.page('GET', `${location.pathname}${location.search}`);
      expect([page.status, page.text.includes('Enter a password.')]).toEqual([200, false]);
    }
  });

  test.for([
    ['password1', 'common'],
    ['Vq7-xk', 'minLength'],
    ['x'.repeat(257), 'maxLength'],
    ['my NAME is in here', 'userName'],
    ['no digit in here', 'number'],
    ['NO SMALL LETTER 17', 'lowercase'],
    [PASSWORD.toUpperCase(), undefined],
  ] as const)('checks the password "%s" before it is sent with the same result as afterward', async ([text, rule]) => {
    const name = `announced${(announced += 1)}`;
    const password = text.replace('NAME', name);
    await accounts.set({ passwordNeedsNumber: rule === 'number', passwordNeedsLowercase: rule === 'lowercase' });
    const token = await accounts.sendLink(await accounts.newUser(name));
    const check = await accounts.page('POST', '/portal/check-password', { token, password });
    expect(check.headers['cache-control']).toBe('no-store');
    expect(check.body).toMatchObject({ broken: rule === undefined ? [] : [rule], unchecked: [] });
    const { headers } = await submit(token, password);
    expect(headers['location'] === '/portal/password-set').toBe(rule === undefined);
    await accounts.set({ passwordNeedsNumber: false, passwordNeedsLowercase: false });
  });

  test('says which rule is checked only when the password is sent, and refuses a check for an unknown link', async () => {
    await accounts.set({ passwordHistory: 3 });
    const token = await accounts.sendLink(await accounts.newUser('historical', { password: PASSWORD }));
    const check = async (sent: string) =>
      await accounts.page('POST', '/portal/check-password', { token: sent, password: PASSWORD });
    expect((await check(token)).body).toMatchObject({ broken: [], unchecked: ['history'] });
    expect((await open(token)).text).toContain('data-rule="history"');
    expect((await check('guess')).status).toBe(400);
    await accounts.set({ passwordHistory: 0 });
  });

  test('says to an administrator that the new password is compared with the current one only when it is sent', async () => {
    await accounts.set({ passwordHistory: 3 });
    const email = 'same-again@example.com';
    await accounts.api.send('POST', '/api/users', { email, roleName: 'Manager' });
    const { token: first } = await accounts.newestMail(email);
    const send = (path: string, token: string) =>
      accounts.page('POST', `/console/${path}`, { token, password: PASSWORD, again: PASSWORD });
    expect((await send('check-password', first)).body).toMatchObject({ broken: [], unchecked: [] });
    expect((await send('activate', first)).headers['location']).toBe('/console/password-set');
    accounts.api.directory.clock.advance(60_000);
    await accounts.page('POST', '/console/forgot', { email });
    const { token } = await accounts.newestMail(email);
    expect((await send('check-password', token)).body).toMatchObject({ broken: [], unchecked: ['history'] });
    const page = await accounts.page('GET', `/console/reset?token=${token}`);
    expect(page.text).toContain('not be your current password');
    const refused = await accounts.page('GET', String((await send('reset', token)).headers['location']));
    expect(refused.text).toContain('The password must not be your current password.');
    await accounts.set({ passwordHistory: 0 });
  });

  test.each([
    ['was used', 'was used already', async (_id: string, token: string) => void (await submit(token, PASSWORD))],
    ['was replaced', 'was replaced: a newer one', async (id: string) => void (await accounts.sendLink(id))],
    ['has expired', 'has expired', async () => accounts.api.directory.clock.advance(8 * 86_400_000)],
  ])('says why a link that %s does not work', async (_, reason, end) => {
    const id = await accounts.newUser(`ended-${reason.length}`);
    const token = await accounts.sendLink(id);
    await end(id, token);
    const page = await open(token);
    expect(page.status).toBe(410);
    expect(page.text).toContain(`This link ${reason}`);
  });

  test.each([
    ['is unknown', 'unknown'],
    ['has no token', ''],
    ['has a token that is far too long', 'x'.repeat(3_000)],
    ['has markup as its token', '"><script>alert(1)</script>'],
  ])('says what to do next if the link %s', async (_, token) => {
    for (const page of [await open(token), await submit(token, PASSWORD)]) {
      expect(page.status).toBe(410);
      expect(page.text).toContain('<a href="/portal/forgot">');
      expect(page.text).not.toContain('<script>alert');
    }
  });

  test('says that the source of the user manages the password if that is the case', async () => {
    const token = await accounts.sendLink(await accounts.newPushedUser('sourced'));
    await accounts.set({ externalPasswordAuthority: 'scim' });
    const page = await open(token);
    expect(page.status).toBe(403);
    expect(page.text).toContain('managed by the identity provider that your account comes from');
    await accounts.set({ externalPasswordAuthority: 'none' });
  });

  test('escapes markup in names', async () => {
    const token = await accounts.sendLink(await accounts.newUser('marked', { firstname: '<b>"Bold"</b>' }));
    const page = await open(token);
    expect(page.text).toContain('<h1>Welcome, &lt;b&gt;&quot;Bold&quot;&lt;/b&gt;</h1>');
  });

  test('is served below /console for an administrator', async () => {
    await accounts.api.send('POST', '/api/users', { email: 'admin@example.com', roleName: 'Manager' });
    const { token, text } = await accounts.newestMail('admin@example.com');
    expect(text).toContain('/console/activate?token=');
    const done = await accounts.page('POST', '/console/activate', { token, password: PASSWORD, again: PASSWORD });
    expect([done.status, done.headers['location']]).toEqual([303, '/console/password-set']);
    expect((await accounts.page('GET', '/console/password-set')).status).toBe(200);
  });
});

describe('the page of a link in Chinese', () => {
  const inChinese = (path: string) =>
    accounts.api.send('GET', path, undefined, { 'accept-language': 'zh-CN,en;q=0.5' });

  test('has its texts and the rules of passwords in the language of the browser, with a link to the other language', async () => {
    const token = await accounts.sendLink(await accounts.newUser('zh-form', { firstname: '芳' }));
    const { text } = await inChinese(`${PATH}?token=${token}`);
    expect(text).toContain('<html lang="zh-CN"');
    expect(text).toContain('<h1>欢迎，芳</h1>');
    expect(text).toContain('<li data-rule="minLength">至少包含 8 个字符');
    expect(text).toContain(`<a href="${PATH}?token=${token}&amp;lang=en" hreflang="en" lang="en">English</a>`);
    expect((await accounts.page('GET', `${PATH}?token=${token}&lang=zh`)).text).toContain('<h1>欢迎，芳</h1>');
    expect((await inChinese(`${PATH}?token=${token}&lang=en`)).text).toContain('<h1>Welcome, 芳</h1>');
  });

  test('keeps the language of its address through the form, its problems and the page that follows', async () => {
    const token = await accounts.sendLink(await accounts.newUser('zh-kept'));
    const send = (password: string) =>
      accounts.page('POST', `${PATH}?token=${token}&lang=zh`, { token, password, again: password });
    const refused = await accounts.page('GET', String((await send('vq7-xk')).headers['location']));
    expect(refused.text).toContain('id="password-error" role="alert">密码必须满足：至少包含 8 个字符。<');
    const [, switched = ''] = /<a href="([^"]*)" hreflang="en"/.exec(refused.text) ?? [];
    const english = await accounts.page('GET', switched.replaceAll('&amp;', '&'));
    expect(english.text).toContain('id="password-error" role="alert">The password must have at least 8 characters.<');
    const { headers } = await send(PASSWORD);
    expect(headers['location']).toBe('/portal/password-set?lang=zh');
    expect((await accounts.page('GET', String(headers['location']))).text).toContain('你的密码已设置');
    const used = await accounts.page('GET', `${PATH}?token=${token}&lang=zh`);
    expect([used.status, used.text]).toEqual([410, expect.stringContaining('此链接已使用。')]);
    expect(used.text).toContain('<a href="/portal/forgot?lang=zh">请求另一个链接</a>');
  });

  test('says in Chinese what happened to a request for a link', async () => {
    expect((await inChinese('/portal/forgot')).text).toContain('<button>发送链接</button>');
    const sent = await accounts.page('POST', '/portal/forgot?lang=zh', { email: ' ' });
    expect(sent.headers['location']).toBe('/portal/forgot?problem=empty&lang=zh');
    expect((await accounts.page('GET', String(sent.headers['location']))).text).toContain('请输入你的电子邮件地址。');
    const requested = await accounts.page('POST', '/portal/forgot?lang=zh', { email: 'zh-none@example.com' });
    expect(requested.headers['location']).toBe('/portal/forgot/requested?lang=zh');
  });
});

describe('the page for a forgotten password', () => {
  test('gives the same response for a known and an unknown address, and requires an address', async () => {
    await accounts.newUser('known', { password: PASSWORD });
    const [known, unknown] = await Promise.all(
      ['known@example.com', 'unknown@example.com'].map((email) => accounts.page('POST', '/portal/forgot', { email })),
    );
    expect(known?.text).toBe(unknown?.text);
    expect([known?.status, known?.headers['location']]).toEqual([303, '/portal/forgot/requested']);
    expect((await accounts.page('GET', '/portal/forgot/requested')).text).toContain('If there is such an account');
    expect((await accounts.newestMail('known@example.com')).kind).toBe('user_change_password');
    const sent = await accounts.page('POST', '/portal/forgot', { email: '  ' });
    expect([sent.status, sent.headers['location']]).toEqual([303, '/portal/forgot?problem=empty']);
    const empty = await accounts.page('GET', '/portal/forgot?problem=empty');
    expect(empty.text).toContain('id="email-error" role="alert">Enter your email address.<');
  });

  test('tells a client that it requested a link too often for one name, without mentioning failures or passkeys', async () => {
    const ask = () => accounts.page('POST', '/portal/forgot', { email: 'often@example.com' });
    for (let time = 0; time < FAILURES_WITHOUT_DELAY_MAX; time += 1) expect((await ask()).status).toBe(303);
    const slowed = await ask();
    expect(slowed).toMatchObject({ status: 429, headers: { 'retry-after': '15' } });
    expect(slowed.text).toContain(
      'A link was requested too often for this name from your network. Try again in 15 sec',
    );
    expect(slowed.text).not.toMatch(/failed|passkey/);
  });

  test('rejects a form with raw or escaped bytes that are not UTF-8', async () => {
    for (const payload of [Buffer.from('email=m\xfcller', 'latin1'), 'email=m%FCller']) {
      const answer = await accounts.api.app.inject({
        method: 'POST',
        url: '/portal/forgot',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload,
      });
      expect(answer.statusCode).toBe(400);
      expect(answer.body).toContain('not UTF-8');
    }
  });

  test('rejects a form that is too large, and treats a JSON body as an empty form', async () => {
    const large = await accounts.page('POST', '/portal/forgot', { email: 'x'.repeat(20_000) });
    expect(large.status).toBe(413);
    const json = await accounts.postAnonymously('/portal/forgot', { email: 'known@example.com' });
    expect(json.headers['location']).toBe('/portal/forgot?problem=empty');
  });
});

test('the page of a link asks a client that guesses links to wait, and still opens a valid link', async () => {
  const token = await accounts.sendLink(await accounts.newUser('between'));
  accounts.api.directory.clock.advance(60_000);
  for (let time = 0; time < FAILURES_PER_MINUTE_MAX; time += 1) expect((await open(`guess${time}`)).status).toBe(410);
  const slowed = await open('guess');
  expect(slowed).toMatchObject({ status: 429, headers: { 'retry-after': '60' } });
  expect(slowed.text).toContain('Try again in 60 seconds');
  expect((await open(token)).status).toBe(200);
  accounts.api.directory.clock.advance(60_000);
  expect((await open('guess')).status).toBe(410);
});
