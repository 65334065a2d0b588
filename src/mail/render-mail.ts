import { escapeHtml } from '#base/html.ts';
import { languageIn, type Language } from '#base/words/language.ts';
import { endsHan, startsHan } from '#base/words/chinese.ts';
import { defaultTemplate } from './default-template.ts';
import type { TemplateKey } from './template-store.ts';
import { passwordLinkKinds, type MailTemplate, type TokenValue } from './templates.ts';

/** The maximum number of characters of the value of one token: a very long name must not displace the rest of the email. */
export const TOKEN_LENGTH_MAX = 200;

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The URL of the button; undefined without a button. */
  readonly link: string | undefined;
  /** The address for replies; undefined if replies go to the sender. */
  readonly replyTo?: { readonly name: string; readonly address: string } | undefined;
}

/** Returns an email without its link, for readers who may not use the account that the link opens. */
export function withoutLink(mail: RenderedMail): RenderedMail {
  if (mail.link === undefined) return mail;
  const hide = (text: string) => text.replaceAll(escapeHtml(mail.link ?? ''), '…').replaceAll(mail.link ?? '', '…');
  return { ...mail, text: hide(mail.text), html: hide(mail.html), link: undefined };
}

const tokenPattern = /#\{(\w+)\}/g;

/** A token with what is around it, its position, and the text in which it was found. */
type FoundToken = readonly [
  comma: string | undefined,
  before: string,
  name: string,
  after: string,
  end: string | undefined,
  offset: number,
  whole: string,
];

/** Options of `renderMail`. */
export interface Rendering {
  /** The IANA name of the time zone in which the email shows times. */
  readonly timeZone?: string;
  /** The text of the button if the template has none, so that the email keeps its link. */
  readonly button?: string;
}

/**
 * Returns the default button text of a kind whose link sets a password, and an empty text for other kinds. Templates that an older
 * version accepted may have no button text; they get the default.
 */
export function buttonOfKind({ kind, language }: TemplateKey): string {
  return passwordLinkKinds.includes(kind) ? defaultTemplate(kind, language).button : '';
}

/**
 * Renders an email as text and as HTML. `link` is the URL of the button.
 *
 * @example renderMail(template, { first_name: 'Ann' }, 'https://directory.example/portal/reset?token=…')
 */
export function renderMail(
  template: MailTemplate,
  tokens: Readonly<Record<string, TokenValue | undefined>>,
  link: string | undefined,
  { timeZone = 'UTC', button: buttonText = '' }: Rendering = {},
): RenderedMail {
  const valueOf = (name = '') =>
    oneLine(Object.hasOwn(tokens, name) ? formatTokenValue(tokens[name] ?? '', template.language, timeZone) : '');
  const fillTokens = (text: string) =>
    text
      .replaceAll(/(, |，)?( ?)#\{(\w+)\}( ?)(，)?/g, (match: string, ...found: unknown[]) => {
        const [comma = '', before, name, after, end = '', offset, whole] = found as unknown as FoundToken;
        const value = valueOf(name);
        // A blank token also removes the comma before it, "Welcome, #{first_name}", or at the beginning of a text after it.
        if (value === '') return `${before}${after}${offset === 0 ? '' : end}`;
        // No space is between two Chinese characters.
        const first = endsHan.test(whole.slice(0, offset)) && startsHan.test(value) ? '' : before;
        const last = endsHan.test(value) && startsHan.test(whole.slice(offset + match.length)) ? '' : after;
        return `${comma}${first}${value}${last}${end}`;
      })
      // Removes the spaces around a blank token.
      .replaceAll(/ {2,}/g, ' ')
      .replaceAll(/ +([.?!,])/g, '$1')
      .trim();
  // A line whose tokens are all blank, such as the one about the contact, is omitted.
  const isBlank = (text: string) => {
    const names = [...text.matchAll(tokenPattern)].map(([, name]) => name);
    return names.length > 0 && names.every((name) => valueOf(name) === '');
  };
  const header = fillTokens(template.header);
  const body = fillTokens(template.body);
  const label = fillTokens(template.button) || buttonText;
  const footer = isBlank(template.nextStepContactInfo) ? '' : fillTokens(template.nextStepContactInfo);
  const button = link === undefined || label === '' ? undefined : { label, link };
  const parts = [
    header,
    body,
    button === undefined ? '' : `${label}${languageIn(template.language) === 'zh' ? '：' : ':'}\n${button.link}`,
    footer,
  ];
  const subject = oneLine(fillTokens(template.subject));
  return {
    subject,
    text: `${parts.filter((part) => part !== '').join('\n\n')}\n`,
    html: htmlOf({ subject, header, body, button, footer, language: template.language }),
    link: button?.link,
  };
}

/** Formats the value of a token in a language; in English if the language is not known. */
function formatTokenValue(value: TokenValue, language: string, timeZone: string): string {
  if (typeof value === 'string') return value;
  if ('en' in value) return value[languageIn(language) ?? 'en'];
  const locale = language === '' ? 'en' : language;
  if (!(value instanceof Date)) {
    return new Intl.NumberFormat(locale, { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(value.days);
  }
  return new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(value);
}

/**
 * Removes line breaks, which could turn a subject into headers or a name into sentences of the email, and direction marks, which
 * would reverse the text after them.
 */
function oneLine(value: string): string {
  const plain = value.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').replaceAll(/[\u202A-\u202E\u2066-\u2069]/g, '');
  return Array.from(plain.trim()).slice(0, TOKEN_LENGTH_MAX).join('');
}

interface HtmlParts {
  readonly subject: string;
  readonly header: string;
  readonly body: string;
  readonly button: { readonly label: string; readonly link: string } | undefined;
  readonly footer: string;
  readonly language: string;
}

/** What is above the address of a button. */
const addressHints: Readonly<Record<Language, string>> = {
  en: 'If the button does not work, open this address:',
  zh: '如果按钮无法使用，请打开此地址：',
};

// Mail programs support little CSS, hence colors that are readable on light and on dark, a table as the frame, and inline styles.
const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const style = `@media (prefers-color-scheme:dark){.page{background:#11151c!important}.card{background:#1b212b!important;border-color:#313a48!important}.text{color:#e8ebf0!important}.quiet{color:#a7b0be!important}.link{color:#8fb4ff!important}}`;

function htmlOf({ subject, header, body, button, footer, language }: HtmlParts): string {
  const paragraphs = [
    ...(header === ''
      ? []
      : [
          `<h1 class="text" style="margin:0 0 16px;font-size:22px;line-height:1.3;color:#171c26">${withLineBreaks(header)}</h1>`,
        ]),
    ...body
      .split(/\n{2,}/)
      .filter((paragraph) => paragraph !== '')
      .map((paragraph) => `<p class="text" style="margin:0 0 16px;color:#171c26">${withLineBreaks(paragraph)}</p>`),
    ...(button === undefined ? [] : [buttonOf(button, addressHints[languageIn(language) ?? 'en'])]),
    ...(footer === ''
      ? []
      : [`<p class="quiet" style="margin:24px 0 0;font-size:14px;color:#545e6e">${withLineBreaks(footer)}</p>`]),
  ];
  return `<!doctype html>
<html${language === '' ? '' : ` lang="${escapeHtml(language)}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(subject)}</title>
<style>${style}</style>
</head>
<body class="page" style="margin:0;padding:24px 12px;background:#f3f5f8">
<table role="presentation" width="100%" cellspacing="0" cellpadding="0"><tr><td align="center">
<table role="presentation" class="card" width="100%" cellspacing="0" cellpadding="0" style="max-width:560px;background:#ffffff;border:1px solid #dde2ea;border-radius:10px"><tr><td style="padding:28px;${font};font-size:16px;line-height:1.5;text-align:left">
${paragraphs.join('\n')}
</td></tr></table>
</td></tr></table>
</body>
</html>
`;
}

/** Returns the HTML of a button, with the address below it for programs that do not show the button. */
function buttonOf({ label, link }: { readonly label: string; readonly link: string }, hint: string): string {
  const href = escapeHtml(link);
  return `<p style="margin:24px 0 16px"><a href="${href}" style="display:inline-block;padding:12px 22px;background:#1f5eff;color:#ffffff;text-decoration:none;border-radius:6px;font-weight:600">${escapeHtml(label)}</a></p>
<p class="quiet" style="margin:0 0 16px;font-size:14px;color:#545e6e">${hint}<br><a class="link" href="${href}" style="color:#1f5eff;word-break:break-all">${href}</a></p>`;
}

function withLineBreaks(text: string): string {
  return escapeHtml(text).replaceAll('\n', '<br>');
}
