import { escapeHtml } from '#base/html.ts';
import { mailKinds, passwordLinkKinds, type MailKind, type MailTemplate, type TokenValue } from './templates.ts';

/** Characters of what stands for one token: a name of any length must not push the rest of the mail away. */
export const TOKEN_LENGTH_MAX = 200;

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Where the button goes; undefined without one. */
  readonly link: string | undefined;
  /** Where an answer goes; undefined for the sender. */
  readonly replyTo?: { readonly name: string; readonly address: string } | undefined;
}

/** A mail as those see it who may not open the account that its link opens. */
export function withoutLink(mail: RenderedMail): RenderedMail {
  if (mail.link === undefined) return mail;
  const hide = (text: string) => text.replaceAll(escapeHtml(mail.link ?? ''), '…').replaceAll(mail.link ?? '', '…');
  return { ...mail, text: hide(mail.text), html: hide(mail.html), link: undefined };
}

const tokenPattern = /#\{(\w+)\}/g;

/** How the values of tokens are written. */
export interface Rendering {
  /** The time zone of times, as IANA names it. */
  readonly timeZone?: string;
  /** The text of the button where the template has none, so that the mail keeps its link. */
  readonly button?: string;
}

/** The text of the button of a kind whose link sets a password, for a template that an older version accepted without one. */
export function buttonOfKind(kind: MailKind): string {
  return passwordLinkKinds.includes(kind) ? mailKinds[kind].template.button : '';
}

/** Returns a mail as it is sent; `link` is where the button goes. */
export function renderMail(
  template: MailTemplate,
  tokens: Readonly<Record<string, TokenValue | undefined>>,
  link: string | undefined,
  { timeZone = 'UTC', button: buttonText = '' }: Rendering = {},
): RenderedMail {
  const valueOf = (name = '') =>
    oneLine(Object.hasOwn(tokens, name) ? written(tokens[name] ?? '', template.language, timeZone) : '');
  const say = (text: string) =>
    text
      // With a blank token goes the comma before it: "Welcome, #{first_name}".
      .replaceAll(/(, )?#\{(\w+)\}/g, (_, comma: string | undefined, name: string) => {
        const value = valueOf(name);
        return value === '' ? '' : `${comma ?? ''}${value}`;
      })
      // What a blank token leaves behind.
      .replaceAll(/ {2,}/g, ' ')
      .replaceAll(/ +([.?!,])/g, '$1')
      .trim();
  // A line whose every token is blank, such as the one on the contact, is left away.
  const isBlank = (text: string) => {
    const names = [...text.matchAll(tokenPattern)].map(([, name]) => name);
    return names.length > 0 && names.every((name) => valueOf(name) === '');
  };
  const header = say(template.header);
  const body = say(template.body);
  const label = say(template.button) || buttonText;
  const footer = isBlank(template.nextStepContactInfo) ? '' : say(template.nextStepContactInfo);
  const button = link === undefined || label === '' ? undefined : { label, link };
  const parts = [header, body, button === undefined ? '' : `${label}:\n${button.link}`, footer];
  const subject = oneLine(say(template.subject));
  return {
    subject,
    text: `${parts.filter((part) => part !== '').join('\n\n')}\n`,
    html: htmlOf({ subject, header, body, button, footer, language: template.language }),
    link: button?.link,
  };
}

/** Writes the value of a token in a language; in English where the language is not known. */
function written(value: TokenValue, language: string, timeZone: string): string {
  if (typeof value === 'string') return value;
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

/** Line breaks would make headers of a subject and sentences of a name; direction marks would turn the rest around. */
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

// Mail programs know little CSS: colors that can be read on light and on dark, a table as the frame, styles at the elements.
const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const style = `@media (prefers-color-scheme:dark){.page{background:#11151c!important}.card{background:#1b212b!important;border-color:#313a48!important}.text{color:#e8ebf0!important}.quiet{color:#a7b0be!important}.link{color:#8fb4ff!important}}`;

function htmlOf({ subject, header, body, button, footer, language }: HtmlParts): string {
  const paragraphs = [
    ...(header === ''
      ? []
      : [
          `<h1 class="text" style="margin:0 0 16px;font-size:22px;line-height:1.3;color:#171c26">${withBreaks(header)}</h1>`,
        ]),
    ...body
      .split(/\n{2,}/)
      .filter((paragraph) => paragraph !== '')
      .map((paragraph) => `<p class="text" style="margin:0 0 16px;color:#171c26">${withBreaks(paragraph)}</p>`),
    ...(button === undefined ? [] : [buttonOf(button)]),
    ...(footer === ''
      ? []
      : [`<p class="quiet" style="margin:24px 0 0;font-size:14px;color:#545e6e">${withBreaks(footer)}</p>`]),
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

/** A button, and below it the address itself for programs that show no button. */
function buttonOf({ label, link }: { readonly label: string; readonly link: string }): string {
  const href = escapeHtml(link);
  return `<p style="margin:24px 0 16px"><a href="${href}" style="display:inline-block;padding:12px 22px;background:#1f5eff;color:#ffffff;text-decoration:none;border-radius:6px;font-weight:600">${escapeHtml(label)}</a></p>
<p class="quiet" style="margin:0 0 16px;font-size:14px;color:#545e6e">If the button does not work, open this address:<br><a class="link" href="${href}" style="color:#1f5eff;word-break:break-all">${href}</a></p>`;
}

function withBreaks(text: string): string {
  return escapeHtml(text).replaceAll('\n', '<br>');
}
