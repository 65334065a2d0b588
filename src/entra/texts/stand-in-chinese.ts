import { expressionMistakes } from '#base/words/expression-mistakes.ts';
import { zhExpressionMistakes } from '#base/words/zh-expression-mistakes.ts';
import { mappingRefusals } from './refusals/mapping-refusals.ts';
import { zhMappingRefusals } from './refusals/zh-mapping-refusals.ts';
import { standInTexts } from './stand-in-texts.ts';
import { zhStandInTexts } from './zh-stand-in-texts.ts';

type Text = string | ((...values: string[]) => string);

interface Template {
  readonly pattern: RegExp;
  /** The positions of the values that can be texts of the stand-in themselves. */
  readonly sentences: readonly number[];
  readonly inChinese: (values: readonly string[]) => string;
}

/** The values that can be texts of the stand-in themselves, by their position. All others are names and what applications answered. */
const sentences: Readonly<Record<string, readonly number[]>> = {
  'values.value': [3],
  'failures.mapping': [1],
  'failures.retried': [0],
  'wire.withResponse': [0],
  'wire.noAnswer': [0],
  'wire.incompatible': [1],
  'wire.deletedSecret': [0],
  'wire.location': [0],
  'wire.noToken': [1],
  'wire.internal': [0],
  'answers.notBoolean': [0],
  'connection.unexpected': [0],
  'connection.withBlock': [0, 1],
  'off.message': [0],
  'off.reachable': [0],
  'off.localOnly': [0],
  'steps.skipped': [2],
  'mistakes.expressionValueInFunction': [3],
  'mistakes.expressionTooComplexInFunction': [3],
  'mistakes.expressionValue': [2],
  'mistakes.expressionTooComplex': [2],
};

/** Values within values, such as the reason of a failure that was retried: at most so many levels. */
const DEPTH_MAX = 4;
/** The first of the characters that stand for the values in a pattern. They are in no text. */
const FIRST_VALUE = 0xe0_00;
const valueMark = /[\uE000-\uE00F]/g;
/** The characters with a meaning in a regular expression. */
const special = /[\\^$.*+?()[\]{}|]/g;

/** Mistakes that a mapping finds while it is evaluated. Those with a list of choices keep their English text. */
const withLists: ReadonlySet<string> = new Set(['mustBeOneOf', 'noGroup', 'noStyle']);
const codes = ['expressionValue', 'expressionTooComplex'] as const;
/** The catalog has numbers where a stored text has digits. */
const mistakesIn = ({ at, ofFunction }: Pick<typeof zhExpressionMistakes, 'at' | 'ofFunction'>) =>
  Object.fromEntries(
    codes.flatMap((code) => [
      [
        `${code}InFunction`,
        (line: string, column: string, name: string, reason: string) =>
          at(code, line as never, column as never, ofFunction(name, reason)),
      ],
      [code, (line: string, column: string, reason: string) => at(code, line as never, column as never, reason)],
    ]),
  );

/** A value of the wrong type. Its name is in double quotes, unlike that in `failures.mapping`, which is the same up to there. */
const valuesIn = ({
  value,
  flagRule,
  integerRule,
}: Pick<typeof zhMappingRefusals, 'value' | 'flagRule' | 'integerRule'>) => ({
  value: (name: string, given: string, type: string, rule: string) => value(`"${name}`, given, type, rule),
  flagRule,
  integerRule: (max: string) => integerRule(max as never),
});

const english = {
  mistakes: mistakesIn(expressionMistakes),
  values: valuesIn(mappingRefusals),
  ...standInTexts,
  evaluating: expressionMistakes.evaluating,
};
const chinese = {
  mistakes: mistakesIn(zhExpressionMistakes),
  values: valuesIn(zhMappingRefusals),
  ...zhStandInTexts,
  evaluating: zhExpressionMistakes.evaluating,
};

/** Built when a text is first shown in Chinese: the server imports this module too. */
let templates: readonly Template[] | undefined;

const allTemplates = (): readonly Template[] =>
  Object.keys(english).flatMap((group) => {
    const [texts, translated] = [groupOf(english, group), groupOf(chinese, group)];
    return Object.keys(texts)
      .filter((name) => !withLists.has(name))
      .map((name) => templateOf(`${group}.${name}`, texts[name] ?? '', translated[name] ?? ''));
  });

function groupOf(catalog: object, group: string): Readonly<Record<string, Text>> {
  return (catalog as Readonly<Record<string, Readonly<Record<string, Text>>>>)[group] ?? {};
}

function templateOf(path: string, english: Text, chinese: Text): Template {
  const count = typeof english === 'string' ? 0 : english.length;
  const values = Array.from({ length: count }, (_, index) => String.fromCodePoint(FIRST_VALUE + index));
  const sentence = typeof english === 'string' ? english : english(...values);
  const known = new Set<string>();
  const pattern = sentence
    .replaceAll(special, String.raw`\$&`)
    .replaceAll(valueMark, (mark, offset: number, escaped: string) => {
      const name = `value${mark.charCodeAt(0) - FIRST_VALUE}`;
      if (known.has(name)) return String.raw`\k<${name}>`;
      known.add(name);
      // A name between quotation marks can contain them, and what follows it: it ends at the last one.
      return escaped[offset - 1] === "'" ? `(?<${name}>[^]*)` : `(?<${name}>[^]*?)`;
    });
  return {
    pattern: new RegExp(`^${pattern}$`),
    sentences: sentences[path] ?? [],
    inChinese: (found) => (typeof chinese === 'string' ? chinese : chinese(...found)),
  };
}

/**
 * Returns a text of the stand-in in Chinese: it was stored in English, in Entra ID's words. Undefined for any other text, such as what an
 * application answered.
 *
 * @example standInChinese("Retrieved User 'Ann' from customappsso"); // '已从 customappsso 检索用户“Ann”'
 */
export function standInChinese(text: string, depth = 0): string | undefined {
  if (depth > DEPTH_MAX) return undefined;
  templates ??= allTemplates();
  for (const template of templates) {
    const found = template.pattern.exec(text);
    if (found === null) continue;
    const { groups = {} } = found;
    const values = Object.keys(groups).map((_, index) => groups[`value${index}`] ?? '');
    return template.inChinese(
      values.map((value, index) => (template.sentences.includes(index) ? sentenceInChinese(value, depth + 1) : value)),
    );
  }
  return undefined;
}

/** Returns a value in Chinese, if it is a text of the stand-in. Within another text, it has lost its period. */
function sentenceInChinese(value: string, depth: number): string {
  return standInChinese(value, depth) ?? standInChinese(`${value}.`, depth)?.replace(/。$/, '') ?? value;
}
