import type { GivenValues } from '../source-values.ts';

/** Users and groups of one import. */
export const IMPORT_ROWS_MAX = 200_000;

/** One user or group of a file, before anybody has looked at its values. */
export interface ImportRow {
  /** Where it stands, for people: `line 3`, `the 5th object`. */
  readonly where: string;
  readonly type: 'User' | 'Group';
  /** Without manager and members. */
  readonly values: GivenValues;
  /** objectId or userPrincipalName; null for nobody, undefined where the file says nothing. */
  readonly manager?: string | null | undefined;
  /** objectIds or userPrincipalNames. */
  readonly members?: readonly string[] | undefined;
  /** When it was deleted, where it was. */
  readonly deletedAt?: Date | undefined;
}

export interface ImportFile {
  readonly rows: readonly ImportRow[];
  /** Names of properties that have no place here. */
  readonly ignored: readonly string[];
}
