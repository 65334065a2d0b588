import type { Words } from './words.tsx';

const QUOTED = String.raw`"(?<name>(?:[^"\\]|\\.)*)"…?`;
const setRules = new RegExp(String.raw`tanhua integration set (?:NAME|${QUOTED})(?<fixes>(?: \w+=\w+)+)`, 'g');
const commandCreatesKey = /The command "tanhua key create" creates one\./g;
const createKey = /tanhua key create(?: --integration NAME|(?! --))/g;
const restoreUser = /(?:an administrator runs: |管理员可运行：)tanhua user restore (?<id>[\w-]+)/g;
const confirmAdoption = new RegExp(
  String.raw`(?:To confirm: |确认方法：)tanhua user adopt ${QUOTED} --integration "(?:[^"\\]|\\.)*"…?(?:, or |，或 )POST /[\w/-]+/adopt`,
  'g',
);
const confirmAnyAdoption = 'tanhua user adopt USER --integration NAME, or POST /api/systemusers/ID/adopt';

/** What stays in a command or in a path; or else the word for a source. */
const integrationWord =
  /--integration\b|tanhua integration\b|\/\S+|\b(?<article>an )?(?<word>integration)(?<token> token)?(?<plural>s?)\b/gi;

/**
 * Returns a text of the server with the word that the console uses for an integration: a source. Its token is a key. Names in quotation
 * marks, commands and paths stay.
 *
 * @example
 * inConsoleWords('The integration "HR integration" may not make the change.'); // 'The source "HR integration" may not make the change.'
 */
export function inConsoleWords(text: string): string {
  let isQuoted = false;
  const parts = text.split('"').map((part) => {
    const shown = isQuoted ? part : withSources(part);
    // A quotation mark after a backslash is a part of the name.
    if (!(isQuoted && endsEscaped(part))) isQuoted = !isQuoted;
    return shown;
  });
  return parts.join('"');
}

function withSources(text: string): string {
  return text.replaceAll(integrationWord, (whole: string, ...found) => {
    const { article, word, token, plural = '' } = groupsOf(found);
    if (word === undefined) return whole;
    const isCapital = /^[AI]/.test(whole);
    const words = `${article === undefined ? '' : 'a '}${token === undefined ? `source${plural}` : `key${plural} of a source`}`;
    return isCapital ? `${words.charAt(0).toUpperCase()}${words.slice(1)}` : words;
  });
}

/** True for a text that ends in an odd number of backslashes. */
function endsEscaped(text: string): boolean {
  let backslashes = 0;
  while (text.at(-1 - backslashes) === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

/**
 * Returns an advice of the server in the words of the console, with its pages instead of the commands that do the same. Commands without a page stay.
 *
 * @example
 * inConsole('Or make the email optional: tanhua integration set "Entra ID" email=optional.', words);
 * // 'Or make the email optional: Sources → Entra ID → Rules → Email.'
 */
export function inConsole(advice: string, { consoleWay, sources }: Words): string {
  const titles: Readonly<Record<string, { readonly name: string } | undefined>> = sources.rules.rule;
  const source = (name: string | undefined) => (name === undefined ? consoleWay.theSource : unescaped(name));
  // The words come first: a page has the name of a source without quotation marks, in which the word may occur.
  return inConsoleWords(advice)
    .replaceAll(setRules, (...found) => {
      const { name, fixes = '' } = groupsOf(found);
      const rules = fixes.split(' ').flatMap((pair) => (pair === '' ? [] : pair.split('=').slice(0, 1)));
      return consoleWay.rules(source(name), rules.map((rule) => titles[rule]?.name ?? rule).join(', '));
    })
    .replaceAll(commandCreatesKey, consoleWay.createOne)
    .replaceAll(createKey, consoleWay.keys)
    .replaceAll(restoreUser, (...found) => consoleWay.restore(groupsOf(found)['id'] ?? ''))
    .replaceAll(confirmAnyAdoption, consoleWay.confirmAny)
    .replaceAll(confirmAdoption, (...found) => consoleWay.confirm(unescaped(groupsOf(found)['name'] ?? '')));
}

/** Returns the named groups of a match, which are the last argument of a replacer. */
function groupsOf(found: readonly unknown[]): Readonly<Record<string, string | undefined>> {
  return found.at(-1) as Readonly<Record<string, string | undefined>>;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(["\\])/g, '$1');
}
