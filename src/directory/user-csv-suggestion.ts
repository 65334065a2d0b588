import { suggestion } from '#base/suggestion.ts';
import {
  addressColumnParts,
  addressTypes,
  flagColumns,
  numberColumns,
  phoneTypes,
  plainColumns,
} from './user-csv-columns.ts';
import type { Language } from '#base/words/language.ts';
import { messagesIn } from '#base/translated-error.ts';

/** Maps column names in exports of other directories, in lowercase and without spaces, to the names of this directory's columns. */
const otherNames: Readonly<Partial<Record<string, string>>> = {
  surname: 'lastname',
  familyname: 'lastname',
  sn: 'lastname',
  givenname: 'firstname',
  title: 'jobTitle',
  mail: 'email',
  userprincipalname: 'email',
  login: 'username',
  mailnickname: 'username',
  employeeid: 'employeeIdentifier',
  employeenumber: 'employeeIdentifier',
  groups: 'Group1',
  memberof: 'Group1',
  phone: 'work_number',
  mobile: 'mobile_number',
  mobilephone: 'mobile_number',
  telephonenumber: 'work_number',
};

/**
 * Returns the column that an unknown column name probably means, with the number that the name contains; undefined if no column is
 * similar.
 *
 * @example
 * suggestColumn('Grp1'); // 'Group1'
 * suggestColumn('First name'); // 'firstname'
 */
export function suggestColumn(name: string): string | undefined {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  if (Object.hasOwn(otherNames, plain)) return otherNames[plain];
  const number = /\d+/.exec(name)?.[0] ?? '';
  const candidates = [
    ...plainColumns,
    ...numberColumns,
    ...flagColumns,
    `Group${number === '' ? '1' : number}`,
    ...['name', 'value'].map((part) => `Attribute${number === '' ? '1' : number}_${part}`),
    ...addressTypes.flatMap((type) => addressColumnParts.map((part) => `${type}${number}_${part}`)),
    ...phoneTypes.map((type) => `${type}_number${number}`),
  ];
  const same = candidates.find((candidate) => candidate.toLowerCase().replaceAll('_', '') === plain);
  return same ?? suggestion(name, candidates);
}

/** Returns the warning about a column that is not imported. The preview and the response of an import contain it. */
export function warningAbout(column: string, language: Language = 'en') {
  const suggested = suggestColumn(column);
  return {
    column,
    message: messagesIn(language).admin.csv.unknownColumn(
      JSON.stringify(column),
      suggested === undefined ? undefined : JSON.stringify(suggested),
    ),
    ...(suggested !== undefined && { suggestion: suggested }),
  };
}
