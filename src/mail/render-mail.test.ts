import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyCharacter } from '../../tests/support/any-text.ts';
import { renderMail, TOKEN_LENGTH_MAX, withoutLink } from './render-mail.ts';
import { languages } from '#base/words/language.ts';
import { defaultTemplate } from './default-template.ts';
import { mailKindNames, mailKinds, sampleTokens, type MailTemplate } from './templates.ts';

const LINK = 'https://directory.example/portal/activate?token=abc-DEF_123';
const template = (parts: Partial<MailTemplate>): MailTemplate => ({
  subject: 'Subject',
  header: '',
  body: '',
  button: '',
  nextStepContactInfo: '',
  language: 'en',
  ...parts,
});

describe('tokens', () => {
  test('are replaced by their values, and removed if they have none', () => {
    const { subject, text } = renderMail(
      template({ subject: 'For #{first_name}', body: 'Dear #{first_name}#{nonsense}, ask #{contact_name} .' }),
      { first_name: 'Ann' },
      undefined,
    );
    expect(subject).toBe('For Ann');
    expect(text).toBe('Dear Ann, ask.\n');
  });

  test.each(['constructor', '__proto__', 'toString'])('do not include #{%s}, a property of every object', (name) => {
    expect(renderMail(template({ body: `a #{${name}} b` }), {}, undefined).text).toBe('a b\n');
  });

  test('are not replaced inside the value of another token', () => {
    const tokens = { first_name: '#{org_name}', org_name: 'Secret' };
    expect(renderMail(template({ body: '#{first_name}' }), tokens, undefined).text).toBe('#{org_name}\n');
  });

  test('cause their whole line to be removed if all tokens in it are blank', () => {
    const parts = { body: 'Body', nextStepContactInfo: 'Questions? Ask #{contact_name} #{contact_email}.' };
    expect(renderMail(template(parts), {}, undefined).text).toBe('Body\n');
    const known = renderMail(template(parts), { contact_email: 'it@example.com' }, undefined);
    expect(known.text).toContain('Ask it@example.com.');
  });

  test('are replaced by at most the first TOKEN_LENGTH_MAX characters of their values', () => {
    const mail = (length: number) => renderMail(template({ body: '#{a}' }), { a: 'x'.repeat(length) }, undefined).text;
    expect(mail(TOKEN_LENGTH_MAX)).toBe(`${'x'.repeat(TOKEN_LENGTH_MAX)}\n`);
    expect(mail(TOKEN_LENGTH_MAX + 1)).toBe(`${'x'.repeat(TOKEN_LENGTH_MAX)}\n`);
  });
});

describe('a Chinese text', () => {
  const zh = (parts: Partial<MailTemplate>, tokens: Parameters<typeof renderMail>[1]) =>
    renderMail(template({ ...parts, language: 'zh-CN' }), tokens, undefined).text.trim();

  test.each([
    ['王芳', '王芳，你好'],
    ['Ann', 'Ann，你好'],
    ['', '你好'],
  ])('greets %o with "%s"', (name, greeting) => {
    expect(zh({ header: '#{first_name}，你好' }, { first_name: name })).toBe(greeting);
  });

  test('has a space between Chinese characters and Latin letters, and none between Chinese characters', () => {
    const body = '你在 #{org_name} 的帐户';
    expect(zh({ body }, { org_name: 'Contoso' })).toBe('你在 Contoso 的帐户');
    expect(zh({ body }, { org_name: '示例公司' })).toBe('你在示例公司的帐户');
    expect(zh({ header: '欢迎，#{first_name}' }, {})).toBe('欢迎');
  });

  test('has phrases, dates and numbers of days in Chinese', () => {
    const tokens = { change: sampleTokens.change, expires: sampleTokens.expires, expiration_in: { days: 7 } };
    const text = zh({ body: '#{change}：#{expires}，#{expiration_in}' }, tokens);
    expect(text).toMatch(/^已添加通行密钥：2026年1月31日星期六.*12:00，7天$/);
  });
});

describe('the value of a token', () => {
  test('cannot add markup or a header', () => {
    const evil = '<img src=x onerror=alert(1)>"\'&\r\nBcc: victim@example.com';
    const mail = renderMail(
      template({ subject: 'Hi #{a}', header: '#{a}', body: '#{a}', button: '#{a}', nextStepContactInfo: '#{a}' }),
      { a: evil },
      LINK,
    );
    expect(mail.html).not.toContain('<img');
    expect(mail.html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp; Bcc');
    expect(mail.subject).toBe(`Hi ${evil.replace('\r\n', ' ')}`);
    expect(mail.text.split('\n').some((line) => line.startsWith('Bcc:'))).toBe(false);
  });

  test('stays on one line in the subject and adds no HTML element, whatever the text is', () => {
    const elements = (html: string) => html.match(/<[a-z!/]/gi)?.length;
    const plain = renderMail(template({ subject: 'S #{a}', body: 'B #{a}', button: 'Go' }), { a: 'x' }, LINK);
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, minLength: 1, maxLength: 300 }), (a) => {
        const mail = renderMail(template({ subject: 'S #{a}', body: 'B #{a}', button: 'Go' }), { a }, LINK);
        expect(mail.subject).not.toMatch(/[\r\n\u2028\u2029\u0000-\u001f]/);
        expect(elements(mail.html)).toBe(elements(plain.html));
        expect(mail.text).toContain(LINK);
        expect(mail.link).toBe(LINK);
      }),
    );
  });

  test('cannot reverse the direction of text', () => {
    expect(renderMail(template({ body: '#{a}' }), { a: 'evil\u202Egpj.exe' }, undefined).text).toBe('evilgpj.exe\n');
  });
});

const allMails = mailKindNames.flatMap((kind) => languages.map((language) => [kind, language] as const));

describe.each(allMails)('the email %s in %s', (kind, language) => {
  const shown = defaultTemplate(kind, language);
  const mail = renderMail(shown, sampleTokens, LINK);
  const tokensOf = (text: string) => [...text.matchAll(/#\{(\w+)\}/g)].map(([, name]) => name ?? '');

  test('uses only its tokens, and all that the English text uses', () => {
    const used = new Set(tokensOf(JSON.stringify(shown)));
    expect([...used].filter((name) => !mailKinds[kind].tokens.some((known) => known === name))).toEqual([]);
    expect(used).toEqual(new Set(tokensOf(JSON.stringify(mailKinds[kind].template))));
  });

  test('is in its language', () => {
    const english = /[A-Za-z]+ [a-z]{2,} [a-z]{2,}/;
    // The message of the target is stored in English only.
    const text = `${mail.subject} ${mail.text} ${mail.html.replaceAll(/<[^>]+>/g, ' ')}`.replaceAll(
      sampleTokens.message,
      '',
    );
    expect(english.test(text)).toBe(language === 'en');
    expect(mail.html).toContain(`<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">`);
    expect(/\p{Script=Han}/u.test(mail.text)).toBe(language === 'zh');
  });

  test('says the same in its text and its HTML', () => {
    const { button } = shown;
    expect(mail.text.includes(LINK)).toBe(button !== '');
    const words = mail.html
      .replace(/<head>.*<\/head>/s, '')
      .replaceAll(/<br>|<[^>]+>/g, ' ')
      .replaceAll('&#39;', "'");
    for (const line of mail.text.split('\n').filter((one) => one !== '' && !/[:：]$/.test(one))) {
      expect(words.replaceAll(/\s+/g, ' ')).toContain(line.replaceAll(/\s+/g, ' '));
    }
  });
});

test('withoutLink removes the link of an email from its text and its HTML', () => {
  const mail = renderMail(template({ body: 'Hello', button: 'Go' }), {}, `${LINK}&more=1`);
  expect(mail.html).toContain('abc-DEF_123');
  const hidden = withoutLink(mail);
  expect(JSON.stringify(hidden)).not.toContain('abc-DEF_123');
  expect(hidden.text).toContain('Hello');
});
