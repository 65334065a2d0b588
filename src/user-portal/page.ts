import { createHash } from 'node:crypto';
import { escapeHtml } from '#base/html.ts';
import type { Language } from '#base/words/language.ts';
import type { PageLanguage } from './page-language.ts';
import { pageWordsIn } from './page-words.ts';

/** The colors of the pages in the light and in the dark theme: those of web/look/tokens.css, which a test compares. */
export const pageTokens = {
  paper: ['#fbfaf7', '#171513'],
  sheet: ['#ffffff', '#1f1c1a'],
  ink: ['#211d1a', '#f1ede6'],
  'ink-2': ['#544d46', '#c3bbb0'],
  line: ['#e6e2d9', '#322d29'],
  'line-2': ['#d3cdc1', '#453f39'],
  field: ['#8d857a', '#847b71'],
  accent: ['#7a2e6a', '#dd9fce'],
  'accent-ink': ['#ffffff', '#2a0f24'],
  focus: ['#a45294', '#e3a8d5'],
  good: ['#23673e', '#7acb98'],
  warn: ['#7d4a00', '#e3b25f'],
  bad: ['#a3211a', '#f2958e'],
  'bad-tint': ['#fbeceb', '#3a1e1c'],
} as const satisfies Readonly<Record<string, readonly [light: string, dark: string]>>;

const colors = Object.entries(pageTokens)
  .map(([name, [light, dark]]) => `--${name}:light-dark(${light},${dark})`)
  .join(';');

/** The font of the portal; the build puts it there. Without it, the pages use a font of the system. */
const style = `
@font-face{font-family:"Source Sans 3 Variable";font-weight:200 900;font-display:swap;src:url(/portal/source-sans-3.woff2) format("woff2")}
:root{color-scheme:light dark;${colors}}
:root[data-theme=light]{color-scheme:light}
:root[data-theme=dark]{color-scheme:dark}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;background:var(--paper);color:var(--ink);font:16px/1.5 "Source Sans 3 Variable",system-ui,sans-serif;overflow-wrap:break-word}
header,main{width:100%;max-width:560px;margin-inline:auto;padding-inline:16px}
header{display:flex;align-items:center;gap:10px;min-height:64px;font-size:17px;font-weight:600}
header .petals{fill:var(--accent)}
header .heart{fill:var(--warn)}
main{padding-block:8px 40px}
h1{margin:12px 0 8px;font-size:24px;line-height:1.25;font-weight:600;letter-spacing:-.01em}
h2{margin:28px 0 8px;font-size:17px;font-weight:600}
p{margin:0 0 12px}
main>:last-child{margin-bottom:0}
.quiet{color:var(--ink-2)}
.who{overflow-wrap:anywhere}
label{display:block;margin:20px 0 6px;font-weight:600}
input{width:100%;min-height:48px;padding:4px 12px;font:inherit;color:inherit;background:var(--sheet);border:1px solid var(--field);border-radius:6px}
input[aria-invalid=true]{border-color:var(--bad);border-width:2px;padding-inline:11px}
.field{position:relative}
.field button{position:absolute;right:4px;top:4px;margin:0;width:auto;min-height:40px;padding:0 10px;background:none;color:var(--accent)}
.field:has(button) input{padding-right:84px}
button,.button{display:flex;align-items:center;justify-content:center;width:100%;min-height:48px;margin-top:24px;padding:0 20px;font:inherit;font-weight:600;text-decoration:none;border:0;border-radius:6px;background:var(--accent);color:var(--accent-ink);cursor:pointer}
button:disabled{opacity:.6;cursor:progress}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
a{color:var(--accent);text-underline-offset:3px}
a.button{color:var(--accent-ink)}
code{overflow-wrap:anywhere}
.error{margin:6px 0 0;color:var(--bad);font-weight:600}
.error:empty{display:none}
.alert{margin:16px 0 0;padding:12px 16px;border-left:4px solid var(--bad);background:var(--bad-tint);border-radius:4px}
.rules{margin-top:10px;font-size:15px;color:var(--ink-2)}
.rules p{margin:0}
.rules ul{margin:0;padding:0;list-style:none}
.rules li{padding-left:1.6em;text-indent:-1.6em}
.rules li::before{content:"•";display:inline-block;width:1.6em;text-indent:.4em;font-weight:600}
.rules li.met{color:var(--good)}
.rules li.met::before{content:"✓";text-indent:.1em}
.strength{display:flex;align-items:center;gap:12px;margin:10px 0 0;font-size:14px;color:var(--ink-2)}
.strength .bars{display:grid;grid-template-columns:repeat(4,1fr);gap:4px;flex:0 1 140px}
.strength i{height:6px;border-radius:3px;background:var(--line-2)}
.strength[data-strength=weak] i.on{background:var(--bad)}
.strength[data-strength=fair] i.on{background:var(--warn)}
.strength[data-strength=good] i.on,.strength[data-strength=strong] i.on{background:var(--good)}
.next-step{margin-top:12px}
.next{margin:8px 0 0;padding:0 0 0 1.2em}
.next li+li{margin-top:4px}
.languages{width:100%;max-width:560px;margin-inline:auto;padding:0 16px 24px}
.languages a{display:inline-block;padding:8px 0}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
[hidden]{display:none!important}`;

/**
 * Follows the theme and the language of this device. While the user types a password, shows which rules the password meets and how strong it is, as checked by the server. Shows both passwords on request. The
 * page works without this script.
 */
const script = `
const system = matchMedia('(prefers-color-scheme: dark)');
const stored = (name) => {
  // A browser that stores nothing for this site throws an error.
  try { return localStorage.getItem(name); } catch { return null; }
};
const applyTheme = () => {
  const theme = stored('theme');
  const isDark = theme === 'dark' || (theme !== 'light' && system.matches);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
};
applyTheme();
system.addEventListener('change', applyTheme);
// The language that the reader chose on this device, as in the console and the portal.
for (const link of document.querySelectorAll('.languages a')) {
  const isWanted = stored('language') === link.hreflang;
  if (isWanted && document.documentElement.dataset.chosen !== 'true') location.replace(link.href);
  link.addEventListener('click', () => {
    try { localStorage.setItem('language', link.hreflang); } catch { /* The address has the language. */ }
  });
}
const form = document.querySelector('form[data-password]');
if (form) {
  const password = form.elements.namedItem('password');
  const again = form.elements.namedItem('again');
  const token = form.elements.namedItem('token').value;
  const rules = [...form.querySelectorAll('[data-rule]')];
  const status = document.getElementById('rules-status');
  const meter = document.getElementById('strength');
  const words = JSON.parse(form.dataset.words);
  const { strengths } = words;
  const showStrength = (strength) => {
    const level = password.value === '' ? 0 : Object.keys(strengths).indexOf(strength) + 1;
    meter.hidden = level === 0;
    meter.dataset.strength = strength;
    meter.querySelectorAll('i').forEach((bar, index) => bar.classList.toggle('on', index < level));
    meter.querySelector('.word').textContent = level === 0 ? '' : words.strength.replace('{}', strengths[strength]);
  };
  const show = ({ broken, unchecked, strength }) => {
    showStrength(strength);
    for (const rule of rules) {
      const met = password.value !== '' && !broken.includes(rule.dataset.rule) && !unchecked.includes(rule.dataset.rule);
      rule.classList.toggle('met', met);
      rule.querySelector('.hidden').textContent = met ? words.met : '';
    }
    const left = broken.length;
    const all = unchecked.length === 0 ? words.allMet : words.allChecked;
    status.textContent = password.value === '' ? '' : left === 0 ? all : left === 1 ? words.oneLeft : words.manyLeft.replace('{}', left);
  };
  const unknown = { broken: rules.map((rule) => rule.dataset.rule), unchecked: [] };
  let latest = 0;
  let timer;
  const check = async () => {
    const own = (latest += 1);
    const body = new URLSearchParams({ token, password: password.value });
    const answer = await fetch('check-password', { method: 'POST', body }).catch(() => undefined);
    const result = answer !== undefined && answer.ok ? await answer.json() : undefined;
    if (own !== latest) return;
    show(result ?? unknown);
    if (result === undefined) status.textContent = '';
  };
  password.addEventListener('input', () => {
    password.setAttribute('aria-invalid', 'false');
    document.getElementById('password-error').textContent = '';
    latest += 1;
    status.textContent = '';
    clearTimeout(timer);
    timer = setTimeout(check, 250);
  });
  const toggle = document.createElement('button');
  toggle.type = 'button';
  toggle.textContent = words.show;
  toggle.setAttribute('aria-pressed', 'false');
  toggle.setAttribute('aria-label', words.showPasswords);
  toggle.addEventListener('click', () => {
    const shown = password.type === 'password';
    password.type = again.type = shown ? 'text' : 'password';
    toggle.textContent = shown ? words.hide : words.show;
    toggle.setAttribute('aria-pressed', String(shown));
  });
  password.parentElement.append(toggle);
  const differs = document.getElementById('again-error');
  const compare = () => {
    const bad = again.value !== '' && again.value !== password.value;
    again.setAttribute('aria-invalid', String(bad));
    differs.textContent = bad ? words.differ : '';
    return !bad;
  };
  again.addEventListener('change', compare);
  again.addEventListener('input', () => { if (again.value === password.value) compare(); });
  form.addEventListener('submit', (event) => {
    if (!compare()) {
      event.preventDefault();
      again.focus();
      return;
    }
    const button = form.querySelector('button:not([type])');
    setTimeout(() => { button.disabled = true; });
    addEventListener('pageshow', () => { button.disabled = false; });
  });
}
`;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Headers of every page: no site may frame it, it loads only the font of this server, it is not cached, and it sends no referrer to other sites. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; font-src 'self'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
  'cross-origin-opener-policy': 'same-origin',
};

/** Returns the HTML of a message about a failure. */
export function alertOf(text: string): string {
  return `<p class="alert" role="alert">${escapeHtml(text)}</p>`;
}

const petals = [0, 72, 144, 216, 288]
  .map(
    (angle) =>
      `<path transform="rotate(${angle} 12 12)" d="M12 11.2C8.7 9.2 8.6 4.6 12 2.2C15.4 4.6 15.3 9.2 12 11.2Z"/>`,
  )
  .join('');
/** The mark of the product, as in web/look/mark.tsx. */
const mark = `<svg width="28" height="28" viewBox="0 0 24 24" aria-hidden="true"><g class="petals">${petals}</g><circle class="heart" cx="12" cy="12" r="1.4"/></svg>`;

export interface PageContent {
  readonly title: string;
  /** HTML. */
  readonly body: string;
  readonly organization?: string | undefined;
}

/** Returns a complete HTML page, with links to the same page in other languages. `title` and `organization` are text. */
export function pageOf(
  { language, isChosen, others }: PageLanguage,
  { title, body, organization }: PageContent,
): string {
  const words = pageWordsIn(language);
  const links = others.map(
    ({ language: other, href }) =>
      `<a href="${escapeHtml(href)}" hreflang="${other}" lang="${pageWordsIn(other).locale}">${languageNames[other]}</a>`,
  );
  return `<!doctype html>
<html lang="${words.locale}" data-chosen="${isChosen}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<header>${mark}<span>${escapeHtml(organization ?? words.product)}</span></header>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
<nav class="languages" aria-label="${words.language}">${links.join(' ')}</nav>
<script>${script}</script>
</body>
</html>
`;
}

const languageNames: Readonly<Record<Language, string>> = { en: 'English', zh: '简体中文' };
