import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** What the pages do: the token is behind the #, so that no server ever logs it. */
const script = `
const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
const api = document.body.dataset.api;
const say = (text, bad) => {
  const status = document.getElementById('status');
  status.textContent = text;
  status.className = bad ? 'bad' : 'good';
};
const send = async (path, body) => {
  const answer = await fetch(api + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(json.message ?? 'The directory did not answer.');
  return json;
};
const form = document.querySelector('form');
send('/link', { token }).then(
  (link) => {
    document.getElementById('who').textContent = link.username;
    form.hidden = false;
    document.getElementById('user').value = link.username;
    document.getElementById('password').focus();
  },
  (error) => say(error.message, true),
);
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const password = document.getElementById('password').value;
  if (password !== document.getElementById('again').value) return say('The two passwords differ.', true);
  form.querySelector('button').disabled = true;
  try {
    await send('/reset', { token, password });
    form.hidden = true;
    history.replaceState(null, '', location.pathname);
    say('The password is set. You can sign in with it now.', false);
  } catch (error) {
    say(error.message, true);
    form.querySelector('button').disabled = false;
  }
});
`;

const style = `
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:12vh auto;padding:0 1rem}
label{display:block;margin:1rem 0 .3rem}
input{width:100%;box-sizing:border-box;padding:.6rem;font:inherit;border:1px solid light-dark(#8a93a5,#6b7485);border-radius:6px;background:light-dark(#fff,#161b24);color:inherit}
button{margin-top:1.2rem;padding:.7rem 1.2rem;font:inherit;border:0;border-radius:6px;background:#1f5eff;color:#fff;cursor:pointer}
button:disabled{opacity:.6}
:focus-visible{outline:3px solid #7aa2ff;outline-offset:2px}
.bad{color:light-dark(#b3261e,#ffb4ab)}
.good{color:light-dark(#146c2e,#7ddc97)}`;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policy = `default-src 'none'; connect-src 'self'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

function page(title: string, api: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer"><title>${title}</title><style>${style}</style></head>
<body data-api="${api}">
<main>
<h1>${title}</h1>
<p>Account: <strong id="who">…</strong></p>
<form hidden>
<input id="user" name="username" autocomplete="username" hidden>
<label for="password">New password</label>
<input id="password" type="password" autocomplete="new-password" required aria-describedby="status">
<label for="again">The same again</label>
<input id="again" type="password" autocomplete="new-password" required>
<button>Set the password</button>
</form>
<p id="status" role="status"></p>
<noscript><p>This page needs JavaScript: it keeps your link out of the logs of servers.</p></noscript>
</main>
<script>${script}</script>
</body>
</html>`;
}

/** The pages that the links of mails open. */
export async function linkPages(app: FastifyInstance): Promise<void> {
  const pages = [
    ['/portal/activate', 'Set your password', '/api/portal'],
    ['/portal/reset', 'Set a new password', '/api/portal'],
    ['/console/activate', 'Set your password', '/api/auth'],
    ['/console/reset', 'Set a new password', '/api/auth'],
  ] as const;
  for (const [path, title, api] of pages) {
    app.get(path, async (_request, reply) => {
      reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', policy)
        .header('cache-control', 'no-store')
        .header('referrer-policy', 'no-referrer')
        .header('x-content-type-options', 'nosniff');
      return reply.send(page(title, api));
    });
  }
}
