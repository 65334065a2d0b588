import type { Words } from './words.tsx';

const QUOTED = String.raw`"(?<name>(?:[^"\\]|\\.)*)"…?`;
const setRules = new RegExp(String.raw`tanhua integration set (?:NAME|${QUOTED})(?<fixes>(?: \w+=\w+)+)`, 'g');
const commandCreatesKey = /The command "tanhua key create" creates one\./g;
const createKey = /tanhua key create(?: --integration NAME|(?! --))/g;
const restoreUser = /an administrator runs: tanhua user restore (?<id>[\w-]+)/g;
const confirmAdoption = new RegExp(
  String.raw`To confirm: tanhua user adopt ${QUOTED} --integration "(?:[^"\\]|\\.)*"…?, or POST /\S+/adopt`,
  'g',
);

/**
 * Returns an advice of the server with the pages of the console instead of the commands that do the same. Commands without a page stay.
 *
 * @example
 * inConsole('Or make the email optional: tanhua integration set "Entra ID" email=optional.', words);
 * // 'Or make the email optional: Sources → Entra ID → Rules → Email.'
 */
export function inConsole(advice: string, { consoleWay, sources }: Words): string {
  const titles: Readonly<Record<string, { readonly name: string } | undefined>> = sources.rules.rule;
  const source = (name: string | undefined) => (name === undefined ? consoleWay.theSource : unescaped(name));
  return advice
    .replaceAll(setRules, (...found) => {
      const { name, fixes = '' } = groupsOf(found);
      const rules = fixes.split(' ').flatMap((pair) => (pair === '' ? [] : pair.split('=').slice(0, 1)));
      return consoleWay.rules(source(name), rules.map((rule) => titles[rule]?.name ?? rule).join(', '));
    })
    .replaceAll(commandCreatesKey, consoleWay.createOne)
    .replaceAll(createKey, consoleWay.keys)
    .replaceAll(restoreUser, (...found) => consoleWay.restore(groupsOf(found)['id'] ?? ''))
    .replaceAll(confirmAdoption, (...found) => consoleWay.confirm(unescaped(groupsOf(found)['name'] ?? '')));
}

/** Returns the named groups of a match, which are the last argument of a replacer. */
function groupsOf(found: readonly unknown[]): Readonly<Record<string, string | undefined>> {
  return found.at(-1) as Readonly<Record<string, string | undefined>>;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(["\\])/g, '$1');
}
