import type { FunctionDefinition } from './function-definition.ts';
import { append } from './functions/append.ts';
import {
  appRoleAssignments,
  appRoleAssignmentsComplex,
  assertiveAppRoleAssignmentsComplex,
  singleAppRoleAssignment,
} from './functions/app-role-assignments.ts';
import { bitAnd } from './functions/bit-and.ts';
import { coalesce } from './functions/coalesce.ts';
import { cBool, cDate, cStr } from './functions/conversions.ts';
import { dateAdd, dateDiff, dateFromNum, now, numFromDate } from './functions/dates.ts';
import { defaultDomain } from './functions/default-domain.ts';
import { convertToBase64, convertToUtf8Hex } from './functions/encodings.ts';
import { formatDateTime } from './functions/format-date-time.ts';
import { guid } from './functions/guid.ts';
import { ignoreAttributeFlow, ignoreFlowIfNullOrEmpty } from './functions/ignore-flow.ts';
import { iif } from './functions/iif.ts';
import { inStr } from './functions/in-str.ts';
import { join } from './functions/join.ts';
import { toLower, toUpper } from './functions/letter-case.ts';
import { count, item, removeDuplicates, split } from './functions/lists.ts';
import { normalizeDiacritics } from './functions/normalize-diacritics.ts';
import { not } from './functions/not.ts';
import { pCase } from './functions/p-case.ts';
import { prepend } from './functions/prepend.ts';
import { isNothing, isNull, isNullOrEmpty, isPresent, isString } from './functions/presence.ts';
import { randomString } from './functions/random-string.ts';
import { redact } from './functions/redact.ts';
import { replace } from './functions/replace.ts';
import { selectUniqueValue } from './functions/select-unique-value.ts';
import { stripSpaces } from './functions/strip-spaces.ts';
import { left, mid, word } from './functions/substrings.ts';
import { switchFunction } from './functions/switch.ts';

/** All functions of the language in alphabetical order. */
export const functions: readonly FunctionDefinition[] = [
  append,
  appRoleAssignments,
  appRoleAssignmentsComplex,
  assertiveAppRoleAssignmentsComplex,
  bitAnd,
  cBool,
  cDate,
  coalesce,
  convertToBase64,
  convertToUtf8Hex,
  count,
  cStr,
  dateAdd,
  dateDiff,
  dateFromNum,
  defaultDomain,
  formatDateTime,
  guid,
  ignoreAttributeFlow,
  ignoreFlowIfNullOrEmpty,
  iif,
  inStr,
  isNothing,
  isNull,
  isNullOrEmpty,
  isPresent,
  isString,
  item,
  join,
  left,
  mid,
  normalizeDiacritics,
  not,
  now,
  numFromDate,
  pCase,
  prepend,
  randomString,
  redact,
  removeDuplicates,
  replace,
  selectUniqueValue,
  singleAppRoleAssignment,
  split,
  stripSpaces,
  switchFunction,
  toLower,
  toUpper,
  word,
];

const byName: ReadonlyMap<string, FunctionDefinition> = new Map(functions.map((row) => [row.name, row]));

/** Returns the function with a name, which is case-sensitive. Undefined if there is none. */
export function findFunction(name: string): FunctionDefinition | undefined {
  return byName.get(name);
}

/** The word that stops the flow of the attribute when it is evaluated. The function call IgnoreAttributeFlow() does the same. */
export const IGNORE_ATTRIBUTE_FLOW = ignoreAttributeFlow.name;
