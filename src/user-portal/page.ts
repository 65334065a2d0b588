import { createHash } from 'node:crypto';
import { escapeHtml } from '#base/html.ts';

const style = `
:root{color-scheme:light dark;--text:light-dark(#171c26,#e8ebf0);--quiet:light-dark(#545e6e,#a7b0be);--line:light-dark(#7d8798,#6b7485);--page:light-dark(#f3f5f8,#11151c);--card:light-dark(#fff,#1b212b);--edge:light-dark(#dde2ea,#313a48);--accent:light-dark(#1f5eff,#8fb4ff);--bad:light-dark(#b3261e,#ffb4ab);--good:light-dark(#146c2e,#7ddc97)}
*{box-sizing:border-box}
body{margin:0;padding:24px 16px;min-height:100vh;display:grid;place-items:start center;background:var(--page);color:var(--text);font:16px/1.5 system-ui,sans-serif}
main{width:100%;max-width:27rem;margin-top:min(8vh,64px);padding:28px;background:var(--card);border:1px solid var(--edge);border-radius:12px}
h1{margin:0 0 8px;font-size:1.5rem;line-height:1.25}
p{margin:0 0 12px}
main>:last-child{margin-bottom:0}
.quiet{color:var(--quiet)}
.who{overflow-wrap:anywhere}
label{display:block;margin:20px 0 6px;font-weight:600}
input{width:100%;padding:11px 12px;font:inherit;color:inherit;background:light-dark(#fff,#11151c);border:1px solid var(--line);border-radius:7px}
input[aria-invalid=true]{border-color:var(--bad);border-width:2px;padding:10px 11px}
.field{position:relative}
.field button{position:absolute;right:5px;top:5px;margin:0;width:auto;padding:7px 10px;background:none;color:var(--accent);font-size:.875rem}
.field:has(button) input{padding-right:5rem}
button{width:100%;margin-top:24px;padding:12px 20px;font:inherit;font-weight:600;border:0;border-radius:7px;background:#1f5eff;color:#fff;cursor:pointer}
button:disabled{opacity:.6;cursor:progress}
:focus-visible{outline:3px solid light-dark(#1f5eff,#8fb4ff);outline-offset:2px}
a{color:var(--accent)}
.error{margin:6px 0 0;color:var(--bad);font-weight:600}
.error:empty{display:none}
.alert{margin:16px 0 0;padding:12px 14px;border-left:4px solid var(--bad);background:light-dark(#fdecea,#3a1f1d);border-radius:4px}
.rules{margin-top:10px;font-size:.9375rem;color:var(--quiet)}
.rules p{margin:0}
.rules ul{margin:0;padding:0;list-style:none}
.rules li{padding-left:1.6em;text-indent:-1.6em}
.rules li::before{content:"•";display:inline-block;width:1.6em;text-indent:.4em;font-weight:700}
.rules li.met{color:var(--good)}
.rules li.met::before{content:"✓";text-indent:.1em}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
[hidden]{display:none!important}
@media (max-width:400px){main{padding:20px}}`;

/**
 * While the user types a password, shows which rules the password meets, as checked by the server. Shows both passwords on request. The
 * page works without this script.
 */
const script = `
const form = document.querySelector('form[data-password]');
if (form) {
  const password = form.elements.namedItem('password');
  const again = form.elements.namedItem('again');
  const token = form.elements.namedItem('token').value;
  const rules = [...form.querySelectorAll('[data-rule]')];
  const status = document.getElementById('rules-status');
  const show = ({ broken, unchecked }) => {
    for (const rule of rules) {
      const met = password.value !== '' && !broken.includes(rule.dataset.rule) && !unchecked.includes(rule.dataset.rule);
      rule.classList.toggle('met', met);
      rule.querySelector('.hidden').textContent = met ? ' (met)' : '';
    }
    const left = broken.length;
    const all = unchecked.length === 0 ? 'All these rules are met.' : 'All rules that can be checked before you send the password are met.';
    status.textContent = password.value === '' ? '' : left === 0 ? all : left === 1 ? '1 rule is not met yet.' : left + ' rules are not met yet.';
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
  toggle.textContent = 'Show';
  toggle.setAttribute('aria-pressed', 'false');
  toggle.setAttribute('aria-label', 'Show the passwords');
  toggle.addEventListener('click', () => {
    const shown = password.type === 'password';
    password.type = again.type = shown ? 'text' : 'password';
    toggle.textContent = shown ? 'Hide' : 'Show';
    toggle.setAttribute('aria-pressed', String(shown));
  });
  password.parentElement.append(toggle);
  const differs = document.getElementById('again-error');
  const compare = () => {
    const bad = again.value !== '' && again.value !== password.value;
    again.setAttribute('aria-invalid', String(bad));
    differs.textContent = bad ? 'The two passwords differ.' : '';
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

/** Headers of every page: no site may frame it, it loads nothing, it is not cached, and it sends no referrer to other sites. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
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

/** Returns a complete HTML page. `title` is text, `body` is HTML. */
export function pageOf(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
<script>${script}</script>
</body>
</html>
`;
}
