import type { Operation } from './load.ts';

/** The results of one operation at one number of users, in requests per second unless the name of a property states another unit. */
export interface Figure {
  readonly operation: Operation;
  readonly users: number;
  readonly rate: number;
  readonly p99Ms: number;
  /** Processor time of the server for one request. */
  readonly serverMicroseconds?: number | undefined;
  readonly bareMicroseconds?: number | undefined;
  readonly bare?: number | undefined;
  readonly peer?: number | undefined;
  readonly driver?: number | undefined;
  readonly postgres?: number | undefined;
}

const names: Readonly<Record<Operation, string>> = {
  get: 'GET by id',
  userName: 'userName eq',
  externalId: 'externalId eq',
  email: 'work email eq',
  list: 'list of 100',
  patch: 'PATCH a user',
  post: 'POST a user',
  member: 'add a member',
  firstLoad: 'first load, users',
};

const header = [
  'operation',
  'users',
  'a second',
  'p99 ms',
  'server µs',
  'bare µs',
  '÷ bare Node',
  '÷ SCIMMY',
  '÷ driver',
  'PostgreSQL ÷ SQLite',
];

/** Returns the figures as a table in Markdown. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    names[figure.operation],
    String(figure.users),
    figure.rate.toFixed(0),
    figure.p99Ms.toFixed(1),
    figure.serverMicroseconds?.toFixed(0) ?? '–',
    figure.bareMicroseconds?.toFixed(0) ?? '–',
    ratio(figure.rate, figure.bare),
    ratio(figure.rate, figure.peer),
    ratio(figure.rate, figure.driver),
    figure.postgres === undefined ? '–' : (figure.postgres / figure.rate).toFixed(2),
  ]);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function ratio(rate: number, other: number | undefined): string {
  if (other === undefined || other === 0) return '–';
  const value = rate / other;
  return value >= 10 ? value.toFixed(0) : value.toFixed(2);
}

const ROW_HEIGHT = 22;
const LABEL_WIDTH = 150;
const CHART_WIDTH = 520;
const TOP = 64;

/** Returns an SVG bar chart of Tanhua's rate divided by the rate of the peer, on a logarithmic scale, grouped by number of users. */
export function chartOf(figures: readonly Figure[]): string {
  const compared = figures.filter((figure) => figure.peer !== undefined && figure.peer > 0);
  const ratios = compared.map((figure) => figure.rate / (figure.peer ?? 1));
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(1, ...ratios))));
  const xOf = (value: number) => LABEL_WIDTH + (Math.max(0, Math.log10(value)) / decades) * CHART_WIDTH;
  const sizes = [...new Set(compared.map(({ users }) => users))];
  const parts: string[] = [];
  let y = TOP;
  for (const users of sizes) {
    parts.push(`<text class="head" x="0" y="${y}">${users.toLocaleString('en')} users</text>`);
    y += 8;
    for (const figure of compared.filter((one) => one.users === users)) {
      const value = figure.rate / (figure.peer ?? 1);
      const width = Math.max(2, xOf(value) - LABEL_WIDTH);
      parts.push(
        `<text x="0" y="${y + 15}">${names[figure.operation]}</text>`,
        `<rect class="bar" x="${LABEL_WIDTH}" y="${y + 3}" width="${width.toFixed(1)}" height="${ROW_HEIGHT - 7}" rx="2"/>`,
        `<text x="${(LABEL_WIDTH + width + 6).toFixed(1)}" y="${y + 15}">${value >= 10 ? value.toFixed(0) : value.toFixed(1)} ×</text>`,
      );
      y += ROW_HEIGHT;
    }
    y += 28;
  }
  const grid = Array.from({ length: decades + 1 }, (_, power) => {
    const x = xOf(10 ** power).toFixed(1);
    return `<line class="grid" x1="${x}" x2="${x}" y1="44" y2="${y - 20}"/><text class="tick" x="${x}" y="38">${10 ** power} ×</text>`;
  });
  const title = 'Requests per second of Tanhua (on disk) as a multiple of SCIMMY (in memory)';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LABEL_WIDTH + CHART_WIDTH + 60} ${y}" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="${title}">
<style>text{fill:#1f2328}.head{font-weight:600}.tick{text-anchor:middle;font-size:11px}.bar{fill:#2f6feb}.grid{stroke:#d0d7de}@media(prefers-color-scheme:dark){text{fill:#e6edf3}.bar{fill:#6ea8fe}.grid{stroke:#3d444d}}</style>
<text class="head" x="0" y="16">${title}</text>
${grid.join('\n')}
${parts.join('\n')}
</svg>
`;
}
