import { TranslatedError } from '#base/translated-error.ts';
import { quote } from '../errors.ts';
import { errorTable, type ErrorCode } from '../error-table.ts';
import { suggestion } from '../suggestion.ts';
import { reasonTable, type AnyReason } from './reasons.ts';

/**
 * The codes of refusals. A refusal has the code of an error, such as emailRequired, by which requests are listed and counted. If the table of
 * reasons has it, it also has the code of a reason, such as emailMissing, which is finer: it says which value was wrong. Events are listed and
 * counted by the code of the reason, and by that of the error if they have no reason.
 */
export const refusalCodes: readonly string[] = [...new Set([...Object.keys(errorTable), ...Object.keys(reasonTable)])];

/** The codes that a refusal of an unknown code names. */
const namedCodes = ['emailRequired', 'userNameNotAllowed', 'keyExpired', 'emailMissing', 'userNameIsAddress'];

/**
 * Throws `invalidQuery` (400) if no refusal can have the code.
 *
 * @example
 * requireRefusalCode('emailMising'); // throws: 'The reason "emailMising" is not known. Did you mean emailMissing? …'
 */
export function requireRefusalCode(code: string): void {
  if (refusalCodes.includes(code)) return;
  const similar = suggestion(code, refusalCodes);
  throw new TranslatedError(
    'invalidQuery',
    ({ admin }) => admin.requests.unknownReason(quote(code), similar, namedCodes.join(', ')),
    { attribute: 'reason', value: code },
  );
}

/** True for the code of an error. If a reason has the same code, lists of requests and people select by the error. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}

/** Returns the codes of the errors that requests with the code of a reason have; empty for any other code. */
export function errorCodesOfReason(code: string): readonly ErrorCode[] {
  const known: Readonly<Record<string, AnyReason>> = reasonTable;
  const reason = Object.hasOwn(known, code) ? known[code] : undefined;
  if (reason === undefined) return [];
  const { codeFor } = reason;
  return [...new Set([reason.code, ...(codeFor === undefined ? [] : reason.examples.map((one) => codeFor(one)))])];
}
