import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { scimClient } from '../tests/support/http-client.ts';
import { startServer } from '../tests/support/start-server.ts';

/** Draws the terminal pictures of README.md: the demo, and a new server that reports why a user was not created. */

const FOLDER = 'docs/pictures';
const COLUMNS = 108;
const LINE_HEIGHT = 19;
const CHARACTER_WIDTH = 7.83;
const PADDING = 22;
const TITLE_HEIGHT = 34;

interface Line {
  readonly text: string;
  readonly kind: 'command' | 'output' | 'accent' | 'fault';
}

async function recordWhyBob(): Promise<readonly Line[]> {
  await using server = await startServer();
  const client = scimClient(server.scimUrl, server.key);
  const work = (value: string) => [{ type: 'work', primary: true, value }];
  await client.post('/Users', { userName: 'bob@contoso.com', active: true, emails: work('bob@contoso.com') });
  await client.post('/Users', {
    userName: 'ann.meier',
    displayName: 'Ann Meier',
    active: true,
    emails: work('ann@contoso.com'),
  });
  const events = await server.cli('event', 'list', '--target', 'bob@contoso.com', '--refused');
  const [refusal = '', ...reason] = events.stdout.trimEnd().split('\n');
  const user = await server.cli('user', 'show', 'ann.meier');
  return [
    { text: '$ npm start', kind: 'command' },
    { text: 'Tanhua is ready at http://127.0.0.1:8080', kind: 'output' },
    { text: '', kind: 'output' },
    { text: '  Tenant URL     http://127.0.0.1:8080/scim/v2/?aadOptscim062020', kind: 'accent' },
    {
      text: '  Secret Token   tnh_••••••••••••••••••••••••••••••••••••••••••••••••• (shown this once)',
      kind: 'accent',
    },
    { text: '', kind: 'output' },
    { text: '$ npx tanhua event list --target bob@contoso.com --refused', kind: 'command' },
    { text: refusal, kind: 'fault' },
    ...reason.flatMap(wrap).map((text): Line => ({ text: `    ${text}`, kind: 'output' })),
    { text: '', kind: 'output' },
    { text: '$ npx tanhua user show ann.meier', kind: 'command' },
    ...user.stdout
      .split('\n')
      .filter((text) => /^(username|email|displayname|state|passwordStatus|creationSource|\d{4}-)/.test(text))
      .map((text): Line => ({ text, kind: 'output' })),
  ];
}

/** Runs the demo without a terminal, and returns the first part of its output. */
function recordDemo(): readonly Line[] {
  const printed = execFileSync(process.execPath, ['bin/tanhua.mjs', 'demo', '--exit'], { encoding: 'utf8' });
  const moments = printed.split('\n\n').slice(0, 5).join('\n\n').split('\n');
  return [
    { text: '$ npm run demo', kind: 'command' },
    ...moments.flatMap((text): readonly Line[] => {
      if (/^ {4}/.test(text)) return [{ text, kind: 'output' }];
      const indent = /^ */.exec(text)?.[0] ?? '';
      return wrap(text).map((part) => ({ text: `${indent}${part}`, kind: kindOf(text) }));
    }),
    { text: '', kind: 'output' },
    { text: '  …', kind: 'output' },
  ];
}

function kindOf(text: string): Line['kind'] {
  if (/^ {2}.*(: userName|missing$)/.test(text)) return 'fault';
  return text.startsWith('  ') || /^(The initial|Compared|Test Conn)/.test(text) ? 'accent' : 'output';
}

function wrap(text: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(' ')) {
    if (line !== '' && line.length + word.length + 1 > COLUMNS - 8) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

const colors = { command: '#e6edf3', output: '#aab6c3', accent: '#7ee2b8', fault: '#ffb27a' } as const;

function draw(title: string, lines: readonly Line[]): string {
  const width = Math.ceil(COLUMNS * CHARACTER_WIDTH + 2 * PADDING);
  const height = TITLE_HEIGHT + 2 * PADDING + lines.length * LINE_HEIGHT;
  const texts = lines.map(({ text, kind }, index) => {
    const y = TITLE_HEIGHT + PADDING + (index + 0.75) * LINE_HEIGHT;
    return `<text x="${PADDING}" y="${y}" fill="${colors[kind]}" xml:space="preserve">${escape(text)}</text>`;
  });
  const dots = ['#ff6b62', '#f5bf4f', '#61c554'].map(
    (fill, index) => `<circle cx="${PADDING + index * 18}" cy="18" r="5.5" fill="${fill}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${title}</title>
<rect width="${width}" height="${height}" rx="10" fill="#0f1720"/>
<rect width="${width}" height="${TITLE_HEIGHT}" rx="10" fill="#1b2633"/>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" fill="none" stroke="#30404f"/>
${dots.join('\n')}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13">
${texts.join('\n')}
</g>
</svg>
`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const pictures = [
  [
    'why-is-bob-not-there',
    'Tanhua in a terminal: it starts, reports why Bob was refused and what to change, and shows Ann',
    await recordWhyBob(),
  ],
  ['demo', 'npm run demo: a sample tenant is provisioned, and the two directories are compared', recordDemo()],
] as const;

mkdirSync(FOLDER, { recursive: true });
for (const [name, title, lines] of pictures) {
  writeFileSync(`${FOLDER}/${name}.svg`, draw(title, lines));
  console.log(`wrote ${FOLDER}/${name}.svg`);
}
