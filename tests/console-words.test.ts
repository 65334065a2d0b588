import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { en } from '../web/words/en.ts';
import { portal } from '../web/words/en/portal.ts';
import { zhApplicationRefusals } from '../src/entra/texts/refusals/zh-application-refusals.ts';
import { zhMappingRefusals } from '../src/entra/texts/refusals/zh-mapping-refusals.ts';
import { zhObjectRefusals } from '../src/entra/texts/refusals/zh-object-refusals.ts';
import { chinese, fragments } from '#base/reasons/zh/fragments.ts';
import { labelOf } from '#base/reasons/field-names.ts';
import { labelInChinese } from '#base/reasons/zh/labels.ts';
import { zhHealthWords } from '#health/health-words-zh.ts';
import { zhMessages } from '#base/words/zh-messages.ts';
import { zhRadiusReasons } from '#base/words/zh-radius-reasons.ts';
import { zhPageWords } from '#user-portal/zh-page-words.ts';
import { zh } from '../web/words/zh.ts';
import { zhPortal } from '../web/words/zh/portal.ts';
import { repositoryFiles } from './support/repository-files.ts';

/**
 * Checks the catalogs of the console, of the portal, of the pages of links, of the messages of the portal, and of the parameters of reasons: a component reads every text, and the Chinese texts are Chinese. The compiler reports a text that is
 * missing in a language, because each catalog has the type of the English one.
 */

/** A text of a catalog, with its path and with sample values. */
interface Text {
  readonly path: string;
  readonly text: string;
}

/** Values for the parameters of a text, until one of them fits. */
const samples = [3, 'Ann', ['Ann', 'Bob']] as const;

function rendered(value: (...values: unknown[]) => string): readonly string[] {
  return samples.flatMap((sample) => {
    try {
      return [value(...Array.from({ length: value.length }, () => sample))];
    } catch {
      return [];
    }
  });
}

function textsOf(value: unknown, path = ''): readonly Text[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value === 'function') {
    return rendered(value as (...values: unknown[]) => string).map((text) => ({ path, text }));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => textsOf(inner, path === '' ? name : `${path}.${name}`));
}

/** Texts that are the same in every language: names of products and of fields, marks, numbers, and texts that their values make. */
const names: ReadonlySet<string> = new Set([
  'connection.code',
  'connection.locale',
  'settings.keys.nameDefault',
  'settings.health.below',
  'settings.health.checks.server',
  'settings.account.below',
  'locale',
  'frame.findKeys',
  'about.bytes',
  'person.id',
  'exchange.ids',
  'exchange.activityId',
  'exchange.clientRequestId',
  'exchange.xRequestId',
  'people.noValue',
  'person.through',
  'person.sentences',
  'groups.members',
  'events.chartOf',
  'sources.nameDefault',
  'sources.attributes.placeholder',
  'sources.attributes.rules.none',
  'sources.setup.hidden',
  'sources.setup.products.entra',
  'sources.setup.products.okta',
  'sources.setup.of.okta.connect.url',
  'sources.setup.of.okta.connect.token',
  'sources.setup.of.okta.start.paths.0',
  'events.typeName',
  'events.typeCount',
  'chart.total',
  'time.at',
  'exchange.byActor',
  'settings.organization.choices.en',
  'settings.mail.titleFor',
  'health.separator',
  'pages.locale',
  'portal.connection.code',
  'portal.connection.locale',
  'portal.frame.of',
  'portal.frame.sentences',
  'portal.frame.names',
  'portal.locale',
  'rehearsal.status.number',
  'wire.exchange',
  'provisioningLogs.open',
  'provisioningLogs.files.json',
  'comparison.number',
  'fragments.null',
  'messages.database.storage',
  'messages.files.row',
  'messages.files.fault',
  'messages.schemaFaults.ofField',
  'refusals.mapping.problem',
  'refusals.mapping.shape',
  'refusals.mapping.ofTarget',
  'refusals.files.inRow',
  'refusals.rule.notFound',
  'refusals.settings.invalid',
  'refusals.settings.field',
]);

/** A fault of a field for each pattern of `fragments.ts`. */
const faults = [
  'must have at most 200 characters',
  'must have at least 1 entry',
  'must be at least 3',
  'must be a whole number from 1 to 64',
  'must be the secret itself: ***** only represents a saved secret',
  'must be one of id, query, or several of them with commas between them',
  'must be one of id, query',
  'must be a text, not 3',
  'must be true or false, not null',
  'must be more than 3',
  'must be a multiple of 3',
  'must be of the form ^[a-z]$',
  'must be an email address',
  'must be STATIC',
  'has the unknown fields id, query',
  'has the character U+200B, which is invisible',
  'must be a number, not a text, or must be null',
];

const { marks: _marks, changes: _changes, standIn: _standIn, mistake: _mistake, roleName: _roleName, ...catalog } = zh;
const texts = textsOf({
  ...catalog,
  portal: zhPortal,
  pages: zhPageWords,
  messages: zhMessages,
  fragments,
  faults: faults.map(chinese),
  radius: zhRadiusReasons,
  health: zhHealthWords,
  refusals: { ...zhObjectRefusals, ...zhApplicationRefusals, mapping: zhMappingRefusals },
});
const han = /\p{Script=Han}/u;
const tightlyJoined = /\p{Script=Han}[A-Za-z\d]|[A-Za-z\d%]\p{Script=Han}/u;
const latinMark = /\p{Script=Han}[ \t]*[,;:!?()"'.](?![\w/])|[,;:!?(](?=[ \t]*\p{Script=Han})/u;
/** A name that Microsoft writes with such a mark. */
const withNames = (text: string) => text.replaceAll('(非库)', '');

test('a Chinese text has Chinese characters, unless it is a name', () => {
  const found = texts.filter(({ path, text }) => !han.test(text) && !names.has(path)).map(({ path }) => path);
  expect(found).toStrictEqual([]);
  expect([...names].filter((path) => !texts.some((text) => text.path === path))).toStrictEqual([]);
});

test('a Chinese sentence has Chinese punctuation', () => {
  expect(texts.filter(({ text }) => latinMark.test(withNames(text)))).toStrictEqual([]);
});

test('a space is between Chinese characters and Latin words or numbers', () => {
  expect(texts.filter(({ text }) => tightlyJoined.test(text))).toStrictEqual([]);
});

test('a Chinese text names the product in Chinese', () => {
  expect(texts.filter(({ text }) => /Tanhua/.test(text))).toStrictEqual([]);
});

test('the portal labels the fields as error messages in Chinese name them', () => {
  const labels: Readonly<Record<string, string>> = zhPortal.profile.fields;
  const named = Object.keys(labels).filter((field) => labelOf(field) !== field);
  expect(named).toContain('location');
  expect(named.map((field) => [field, labels[field]])).toStrictEqual(
    named.map((field) => [field, labelInChinese(field)]),
  );
});

test('the rules of Chinese texts find their opposite', () => {
  expect(['停用, 激活', '名称:', '状态: 停用', '(停用)'].every((text) => latinMark.test(text))).toBe(true);
  expect(['https://a.example/停', '停用“Ann”。', '步骤 2.1'].some((text) => latinMark.test(text))).toBe(false);
  expect(['停用Ann', '3人'].every((text) => tightlyJoined.test(text))).toBe(true);
  expect(tightlyJoined.test('停用 Ann，3 人')).toBe(false);
});

/** The names of places, pages, buttons and fields in bold in a guide: "**Settings → Roles**" names the two. */
function namesInGuide(guide: string): readonly string[] {
  const bold = [...guide.matchAll(/\*\*([^*`]+)\*\*/g)].map(([, text = '']) => text.replaceAll(/\s+/g, ' '));
  return bold.flatMap((text) => {
    const [place = '', ...pages] = text.split(' → ');
    const isInConsole = pages.length > 0 && Object.values<string>(en.places).includes(place);
    return isInConsole ? pages : text.endsWith('…') && pages.length === 0 ? [text] : [];
  });
}

/** Names that are those of a source, or that only a source has in its name. */
const ofSources: ReadonlySet<string> = new Set(['Entra ID', 'Release from Entra ID…']);

test.each(repositoryFiles('docs/guide').filter((path) => path.endsWith('.md')))(
  'the pages and buttons of the console that %s names exist',
  (path) => {
    const known = new Set(textsOf(en).map(({ text }) => text));
    const names = namesInGuide(readFileSync(path, 'utf8'));
    expect(names.filter((name) => !known.has(name) && !ofSources.has(name))).toStrictEqual([]);
  },
);

test('the names of pages and buttons are found in a guide', () => {
  expect(
    namesInGuide('Open **Settings → Roles → New\nrole…** or **⋯**, then **Change…**, in **Mappings → Add**.'),
  ).toEqual(['Roles', 'New role…', 'Change…']);
});

/** Returns the components of an application as one text. */
function componentsIn(application: 'console' | 'portal'): string {
  return repositoryFiles('web')
    .filter((path) => /\.tsx?$/.test(path) && !/words\/(?:en|zh)(?:\/|\.ts)|contracts\/|\.test\.ts$/.test(path))
    .filter(
      (path) =>
        !/^web\/(?:portal|places|parts)\//.test(path) || path.startsWith('web/portal/') === (application === 'portal'),
    )
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

/** True for a name that is read as a property, or taken apart in a pattern. */
function isRead(name: string, sources: string): boolean {
  return new RegExp(String.raw`\.${name}\b|\{[^{}()=>]*\b${name}\b[^{}()=>]*\}`).test(sources);
}

/** True for a group of texts whose members are read by a computed name, as in `frame.themes[name]`, or which is passed on as a whole. */
function isComputed(name: string, sources: string): boolean {
  return new RegExp(String.raw`\b${name}\b\??\[|Object\.\w+\([\w.]*\b${name}\)|[=(:{] ?[\w.]*\.${name}[;,)}]`).test(
    sources,
  );
}

test.each([
  ['console', en],
  ['portal', portal],
] as const)('a component of the %s reads every text', (application, catalog) => {
  const sources = componentsIn(application);
  const paths = new Set(textsOf(catalog).map(({ path }) => path));
  const unread = [...paths].filter((path) => {
    const parts = path.split('.');
    return !isRead(parts.at(-1) ?? '', sources) && !parts.slice(0, -1).some((part) => isComputed(part, sources));
  });
  expect(unread, 'Remove a text that no component reads from each language.').toStrictEqual([]);
});
