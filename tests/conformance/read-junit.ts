/** The counts and failure texts of a JUnit report. */
export interface JunitFigures {
  readonly tests: number;
  readonly failures: number;
  readonly skipped: number;
  /** The number of testsuite elements in the file, not the value of an attribute. */
  readonly suites: number;
  readonly cases: number;
  /** Texts of the failures, with entities resolved. */
  readonly failureTexts: readonly string[];
}

const tokens =
  /<\?xml[^>]*\?>|<(?<close>\/)?(?<name>[a-z-]+)(?<attributes>(?: [a-z]+="[^"<]*")*)(?<empty>\/)?>|(?<text>[^<]+)/gy;

/** Parses a JUnit report. Throws if the XML is not well-formed. */
export function readJunit(xml: string): JunitFigures {
  const open: string[] = [];
  const counts = new Map<string, number>();
  const failureTexts: string[] = [];
  let root = '';
  tokens.lastIndex = 0;
  while (tokens.lastIndex < xml.length) {
    const start = tokens.lastIndex;
    const groups = tokens.exec(xml)?.groups;
    if (groups === undefined) throw new Error(`Not well-formed at ${start}: ${xml.slice(start, start + 80)}`);
    const { name, close, empty, attributes = '', text } = groups;
    if (text !== undefined) {
      const resolved = resolve(text);
      if (open.at(-1) === 'failure') failureTexts.push(resolved);
    } else if (name !== undefined && close === undefined) {
      resolve(attributes);
      if (open.length === 0) root = attributes;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (empty === undefined) open.push(name);
    } else if (name !== undefined && open.pop() !== name) throw new Error(`</${name}> has no matching start tag.`);
  }
  if (open.length > 0) throw new Error(`${open.join(', ')} is not closed.`);
  const figure = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(root)?.[1]);
  return {
    tests: figure('tests'),
    failures: figure('failures'),
    skipped: figure('skipped'),
    suites: counts.get('testsuite') ?? 0,
    cases: counts.get('testcase') ?? 0,
    failureTexts,
  };
}

const entities = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function resolve(text: string): string {
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text)) throw new Error('XML cannot hold a control character.');
  return text.replaceAll(/&([^;]*;?)/g, (whole, rest: string) => {
    const character = rest.endsWith(';') ? entities.get(rest.slice(0, -1)) : undefined;
    if (character === undefined) throw new Error(`${whole} is not a known entity.`);
    return character;
  });
}
