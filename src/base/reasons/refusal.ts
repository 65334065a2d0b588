import { AppError, type ErrorContext } from '#base/errors.ts';
import type { Language } from '#base/words/language.ts';
import { namesAt } from './field-names.ts';
import { interfaces, type Interface, type Reason, type ReasonParameters } from './reason.ts';
import { reasonTable, type AnyReason, type ParametersOf, type ReasonCode } from './reasons.ts';
import { inChinese } from './zh/labels.ts';
import { zhReasons } from './zh/zh-reasons.ts';

/**
 * Returns an error with its reason. Its message is the text for SCIM clients; `messageFor` renders the text for any other caller.
 *
 * @example
 * throw refusal('memberCycle', { id, isItself: true }, { attribute: 'members' });
 */
export function refusal<Code extends ReasonCode>(
  code: Code,
  parameters: ParametersOf<Code>,
  context: Omit<ErrorContext, 'reason'> = {},
): AppError {
  const reason = reasonOf(code, parameters);
  return new AppError(reasonTable[code].code, reason.messageFor('scim'), { ...context, reason });
}

/** Returns a reason without an error, for subclasses of AppError. */
export function reasonOf<Code extends ReasonCode>(code: Code, parameters: ParametersOf<Code>): Reason {
  return {
    code,
    parameters,
    messageFor: (at, language = 'en') => {
      const { text, advice } = reasonWords(code, parameters, at, language);
      return [text, advice].filter((part) => part !== '').join(language === 'zh' ? '' : ' ');
    },
  };
}

/** The texts of reasons, whose parameter types are known only at run time. */
type Texts = Pick<AnyReason, 'says' | 'advice'>;
const zhTable = zhReasons as unknown as Readonly<Record<ReasonCode, Texts>>;

/** Returns what is wrong and why, and what the caller at this interface can do; an empty text if the caller can do nothing. */
export function reasonWords(
  code: ReasonCode,
  parameters: ReasonParameters,
  at: Interface,
  language: Language,
): { readonly text: string; readonly advice: string } {
  // Commands are English.
  const isChinese = language === 'zh' && at !== 'commandLine';
  const { says, advice } = isChinese ? zhTable[code] : reasonTable[code];
  const nameOf = namesAt(at);
  const shownName = isChinese && at === 'portal' ? (attribute: string) => inChinese(nameOf(attribute)) : nameOf;
  return { text: says(parameters, shownName, at), advice: advice(parameters)[at] ?? '' };
}

/** Returns the text of a reason: what is wrong and why, and what the caller at this interface can do. */
export function sentences({ says, advice }: AnyReason, parameters: ReasonParameters, at: Interface): string {
  // At an interface without advice, the text still says what is wrong.
  return [says(parameters, namesAt(at), at), advice(parameters)[at] ?? '']
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** Returns the interfaces at which a reason can occur. */
export function interfacesOf({ advice }: AnyReason, parameters: ReasonParameters): readonly Interface[] {
  const remedies = advice(parameters);
  return interfaces.filter((at) => remedies[at] !== undefined);
}
