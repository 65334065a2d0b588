import type { GivenValues } from '../source-values.ts';

/** Maximum users and groups of one import. */
export const IMPORT_ROWS_MAX = 200_000;

/** A user or group of a file, whose values are not checked yet. */
export interface ImportRow {
  /** Its location in the file, for messages: `line 3`, `object 5`. */
  readonly where: string;
  readonly type: 'User' | 'Group';
  /** Without manager and members. */
  readonly values: GivenValues;
  /** An objectId or userPrincipalName; null if the user has no manager, undefined if the file does not say. */
  readonly manager?: string | null | undefined;
  /** objectIds or userPrincipalNames. */
  readonly members?: readonly string[] | undefined;
  /** When it was deleted; undefined if it is not deleted. */
  readonly deletedAt?: Date | undefined;
}

export interface ImportFile {
  readonly rows: readonly ImportRow[];
  /** The names of the properties that the import ignores, because the tenant cannot store them. */
  readonly ignored: readonly string[];
}
