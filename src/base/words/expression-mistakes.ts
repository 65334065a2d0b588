import type { Shape } from './language.ts';

const characters = (length: number, max: number) => `${length} characters; the limit is ${max}`;
const withSyntax = (signature: string) => `; the syntax is ${signature}.`;

/** What is wrong with a mapping or its expression, in English. `zh-expression-mistakes.ts` has the same texts in Chinese. */
export const expressionMistakes = {
  /** The complete message. `code` is the code of the error; line and column count from 1. */
  at: (
    code: 'expressionSyntax' | 'expressionTooComplex' | 'expressionValue',
    line: number,
    column: number,
    reason: string,
  ) =>
    `${{ expressionSyntax: 'The expression cannot be read', expressionTooComplex: 'The expression is too complex', expressionValue: 'The expression cannot be evaluated' }[code]} at line ${line}, column ${column}: ${reason}`,
  ofFunction: (name: string, reason: string) => `${name}: ${reason}`,
  /** A value in words. `quoted` is undefined for a value that is null. */
  value: (quoted: string | undefined) => quoted ?? 'empty',
  reading: {
    tooLong: (length: number, max: number) => `it has ${length} characters, but Entra ID accepts at most ${max}.`,
    openString: 'the string does not end: its closing quotation mark is missing.',
    noAttributeName: 'there is no attribute name between the brackets; write, for example, [displayName].',
    openAttribute: 'the attribute does not end: its closing bracket "]" is missing.',
    notWhole: (written: string) => `${written} is not a whole number; put other numbers in double quotes.`,
    tooLarge: (digits: string) => `${digits} does not fit in a signed 64-bit integer.`,
    noMeaning: (character: string, hint: string) => `${character} has no meaning here${hint}.`,
    hints: {
      none: '',
      quotes: '; put strings in straight double quotes',
      ampersand: '; join strings with Append or Join, and write hexadecimal numbers as &HFF',
      plus: '; join strings with Append or Join',
      bracket: '; an attribute begins with "["',
      comma: '; separate arguments with commas',
      notEqual: '; write <> for "is not equal"',
    },
    empty: 'it is empty.',
    comparisonAlone: 'a comparison is only allowed in the condition of IIF and in CBool; write CBool(…).',
    noParentheses: (quoted: string, name: string) =>
      `${quoted} has no parentheses after it; write a function call as ${name}(…).`,
    notCall: (quoted: string, type: string) =>
      `the whole expression must be a function call; for ${quoted} alone use the mapping type ${type}.`,
    tooDeep: (max: number) => `functions are nested more than ${max} levels deep.`,
    openCall: (name: string) => `the parenthesis of ${name} is not closed; expected "," or ")" at the end.`,
    twoSides: 'a comparison has two sides; to combine comparisons, nest IIF.',
    /** `found` is undefined at the end of the expression; `conjunction` is AND or OR if one was found. */
    expected: (found: string | undefined, what: string, conjunction: string | undefined) =>
      `found ${found ?? 'the end'}, but expected ${what}${conjunction === undefined ? '' : `. There is no ${conjunction}; nest IIF instead`}.`,
    theEnd: 'the end of the expression',
    operand: 'a function, an [attribute], a "string" or a whole number',
    argumentEnd: (name: string) => `"," or ")" in the arguments of ${name}`,
  },
  checking: {
    noAttribute: (quoted: string, near: string | undefined) =>
      `there is no attribute ${quoted} in the source${near === undefined ? '' : `; ${near} was probably meant`}.`,
    mustBeWhole: (name: string) =>
      `${name} must be the whole expression; it cannot be an argument of another function.`,
    noFunction: (name: string) =>
      `there is no function ${name}; the list of functions has all ("tanhua entra expression --list" prints it).`,
    letterCase: (near: string) => `function names are case-sensitive; write ${near}.`,
    otherFunction: (name: string, near: string) => `there is no function ${name}; ${near} was probably meant.`,
    tooManyArguments: (name: string, most: number, count: number, signature: string) =>
      `${name} takes ${most === 0 ? 'no arguments' : `at most ${most === 1 ? 'one argument' : `${most} arguments`}`}, but the call has ${count}${withSyntax(signature)}`,
    noArgument: (name: string, quoted: string, signature: string) =>
      `${name} has no argument for ${quoted}${withSyntax(signature)}`,
    keyWithoutValue: (signature: string) =>
      `Switch has a key without a value: keys and values come in pairs${withSyntax(signature)}`,
    nothingBefore: (name: string, quoted: string) =>
      `${name} needs ${quoted}, but there is nothing before this comma or parenthesis.`,
    noComparison: (name: string) => `${name} does not accept a comparison; only the condition of IIF and CBool do.`,
    /** `words` are the names that the argument accepts without quotes. */
    unknownWord: (name: string, isFunction: boolean, words: readonly string[]) =>
      `${name} has no meaning here; ${isFunction ? `write ${name}(…)` : `put strings in double quotes: "${name}"`}.${words.length === 0 ? '' : ` The names that this argument accepts without quotes are ${words.join(', ')}.`}`,
  },
  evaluating: {
    listOf: (name: string, count: number) =>
      `${name} is a list of ${count} values; select one with Item, or join them with Join.`,
    notWhole: (name: string, value: string) => `${name} is ${value}, which is not a whole number.`,
    notDate: (name: string, value: string) =>
      `${name} is ${value}, not a date; write 2020-03-16 or 3/16/2020 7:00:00 AM.`,
    stringTooLong: (length: number, max: number) => `the string would have ${characters(length, max)}.`,
    listTooLong: (length: number, max: number) => `the list would have ${length} values; the limit is ${max}.`,
    comparedList: (value: string) =>
      `${value} is a list; compare one of its values with Item(…, 1), or all of them as one string with Join.`,
    notOrdered: (one: string, other: string) =>
      `${one} is neither less nor greater than ${other}: they are of different types.`,
    notBoolean: (name: string, value: string) => `${name} is ${value}, which is neither True nor False.`,
    notBooleanOrNumber: (name: string, value: string) =>
      `${name} is ${value}, which is neither True, False nor a number.`,
    countsFromOne: (name: string, value: bigint) => `${name} is ${value}, but positions count from 1.`,
    valuesFromOne: (name: string, value: bigint) => `${name} is ${value}, but values count from 1.`,
    negative: (name: string, value: bigint) => `${name} is ${value}, but cannot be negative.`,
    mustBeOneOf: (name: string, value: string, choices: readonly string[]) =>
      `${name} is ${value}; it must be ${choices.length === 2 ? choices.join(' or ') : `one of ${choices.join(', ')}`}.`,
    outOfRange: (name: string, value: bigint, max: number) => `${name} is ${value}; it must be from 0 to ${max}.`,
    minimumsTooLarge: (length: number, total: number) => `Length is ${length}, but the minimums add up to ${total}.`,
    avoidsAllOf: (name: string) => `CharactersToAvoid leaves no character for ${name}.`,
    avoidsAll: 'CharactersToAvoid leaves no character at all.',
    nothingToFind: 'it needs Find (the second argument) or RegularExpression (the third).',
    noReplacement:
      'it has no replacement; it needs Replacement (the fifth argument), ReplacementPropertyName or Template.',
    badPattern: (quoted: string, reason: string, position: number) =>
      `the regular expression ${quoted} cannot be used: ${reason} (at character ${position}).`,
    noGroup: (quoted: string, near: string | undefined, names: readonly string[]) =>
      `the regular expression has no group ${quoted}; ${near === undefined ? (names.length === 0 ? 'it has no groups' : `its groups are ${names.join(', ')}`) : `${near} was probably meant`}.`,
    tooLongForPattern: (name: string, length: number, max: number) =>
      `${name} has ${length} characters; a regular expression accepts at most ${max}.`,
    tooManySteps:
      'its regular expression takes too many steps; avoid a repetition within a repetition, such as (a+)+, which tries every combination.',
    emptyDelimiter: 'delimiter is empty.',
    noCulture: (quoted: string) =>
      `culture is ${quoted}, which is not a culture name (RFC 4646); write a name such as de-DE or tr-TR.`,
    noDefaultDomain: 'the source has no default domain.',
    notForScim: 'Entra ID does not support it for SCIM applications; map an attribute that is unique in the source.',
    ruleIsList: 'a rule returns a list, but must return a single value.',
    allTaken: (rules: number) =>
      `the values of all ${rules} rules are taken or empty; add a rule, such as one that appends a number.`,
    outsideCalendar: 'the date would be outside the years 1 to 9999.',
    before1601: 'value is before 1601, the first year of Active Directory timestamps.',
    notInFormat: (quoted: string, format: string) =>
      `source is ${quoted}, which is not a date in the format ${format}.`,
    badFormat: (name: string, quoted: string, reason: string) => `${name} is ${quoted}: ${reason}.`,
    noStyle: (quoted: string, near: string | undefined, styles: readonly string[]) =>
      `${quoted} is not a date style; ${near === undefined ? `the styles are ${styles.join(', ')}` : `${near} was probably meant`}.`,
    keyIsList: 'a key is a list, but must be a single value.',
  },
  /** Sources in the form of Graph. */
  sources: {
    unreadable: (reason: string) => `The source of the mapping cannot be read: ${reason}.`,
    notSource: (quoted: string) => `${quoted} is not a source; a source must be an object`,
    noText: 'a source has neither an expression nor a name',
    tooDeep: (max: number) => `sources are nested more than ${max} levels deep`,
    type: (quoted: string) => `the type is ${quoted}; it must be "Attribute", "Constant" or "Function"`,
    noKey: 'a parameter has no key',
    noParameter: (name: string, quoted: string) => `${name} has no parameter ${quoted}`,
    twice: (name: string, quoted: string) => `${name} has ${quoted} twice`,
  },
  mappings: {
    targetUnknown: (name: string) => `The target has no attribute ${name}.`,
    selectUnique: (expression: string) =>
      `${expression} uses SelectUniqueValue, which Entra ID does not support for SCIM applications; map an attribute that is unique in the source.`,
    notMappedYet: (name: string) =>
      `${name} is not mapped yet: give an attribute, an expression or a constant as its source.`,
    notMapped: (name: string) => `${name} is not mapped.`,
    usersStay: 'The mapping of users cannot be disabled: turn off its actions to stop provisioning users.',
    noMappingOf: (type: string) => `The synchronization schema has no mapping of ${type}.`,
    noTargetObject: 'The mapping names an object that the target does not have.',
  },
  dateFormats: {
    empty: 'the format is empty',
    noStandard: (format: string) =>
      `"${format}" is not a standard .NET format; for a custom format of one letter, write "%${format}"`,
    backslash: 'the format ends in a backslash',
    percent: 'no specifier follows "%" in the format',
    fraction: (max: number) => `the format has more than ${max} digits for the fraction of a second`,
    openQuote: (mark: string) => `the quoted text that begins with ${mark} is not closed`,
  },
  patterns: {
    tooLong: (length: number, max: number) => `it has ${characters(length, max)}`,
    tooLarge: 'its quantifiers expand it to a size larger than the limit; use smaller numbers of repetitions',
    strayClosing: 'it has a ")" without a matching "("',
    noGroup: (name: string) => `it refers to the group ${name}, which does not exist`,
    nothingToRepeat: 'a quantifier has nothing to repeat',
    reversedQuantifier: 'a quantifier has its limits in reverse order',
    twoQuantifiers: 'a quantifier follows a quantifier',
    unknownGroup: 'a group begins in a way that is not supported; named groups are written (?<name>…)',
    tooDeep: (max: number) => `groups are nested more than ${max} levels deep`,
    openGroup: 'a group is not closed: its ")" is missing',
    subtractions: 'character class subtractions are nested too deeply',
    openClass: 'a character class is not closed: its "]" is missing',
    subtractionNotLast: 'a subtracted character class must be the last item of the class around it',
    rangeEnd: 'a range in a character class must end with a single character',
    reversedRange: 'a range in a character class is in reverse order',
    assertionInClass: 'an assertion is not allowed in a character class',
    backslash: 'it ends with a backslash',
    noEscape: (character: string) => `\\${character} has no supported meaning here`,
    noCategory: '\\p needs a general category of Unicode in braces, such as \\p{L} or \\p{Lu}',
  },
} as const;

/** The texts of a language. */
export type Mistakes = Shape<typeof expressionMistakes>;

/** Says in a language what is wrong. */
export type SayMistake = (mistakes: Mistakes) => string;
