import type { Say } from '../../texts/refusals/stand-in-error.ts';
import type { GivenValues } from '../source-values.ts';

/** Maximum number of users and groups in one import. */
export const IMPORT_ROWS_MAX = 200_000;

/** A user or group in a file. Its values have not been checked yet. */
export interface ImportRow {
  /** Says where the user or group is in the file, for messages, such as `line 3` or `object 5`. */
  readonly where: Say;
  readonly type: 'User' | 'Group';
  /** The values by attribute name, except the manager and the members. */
  readonly values: GivenValues;
  /** The manager's objectId or userPrincipalName; null to remove the manager; undefined if the file does not mention the manager. */
  readonly manager?: string | null | undefined;
  /** The objectIds or userPrincipalNames of the members. */
  readonly members?: readonly string[] | undefined;
  /** When the user was deleted; undefined if the user is not deleted. */
  readonly deletedAt?: Date | undefined;
}

export interface ImportFile {
  readonly rows: readonly ImportRow[];
  /** The names of the properties that the import ignores, because the tenant cannot store them. */
  readonly ignored: readonly string[];
}
