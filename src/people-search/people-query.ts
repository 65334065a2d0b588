import type { PasswordStatus } from '#directory/system-user.ts';
import type { UserState } from '#directory/stored.ts';

/** The fields by which people are sorted. */
export const peopleSorts = ['name', 'userName', 'email', 'department', 'title', 'created', 'lastChanged'] as const;
export type PeopleSort = (typeof peopleSorts)[number];
/** Those that are times, in milliseconds since 1970. The others are texts. */
export const timeSorts: ReadonlySet<PeopleSort> = new Set(['created', 'lastChanged']);

/** Present: users that are not deleted. Refused: people whose last request to be created was refused. */
export const presences = ['present', 'refused'] as const;
export type Presence = (typeof presences)[number];

export const userStates = ['STAGED', 'ACTIVATED', 'SUSPENDED'] as const satisfies readonly UserState[];
export const passwordStatuses = [
  'Password Pending',
  'Active',
  'Expired',
  'Locked',
  'Managed by the source',
] as const satisfies readonly PasswordStatus[];

/** The default and the maximum number of people on a page. */
export const PEOPLE_LIMIT_DEFAULT = 50;
export const PEOPLE_LIMIT_MAX = 200;
/** The maximum number of people before a page. */
export const PEOPLE_SKIP_MAX = 10_000_000;
/** The maximum number of UTF-16 units of a search. */
export const SEARCH_LENGTH_MAX = 200;

/** A search of people. All conditions must be true. */
export interface PeopleQuery {
  /** Words, all of which must match. Empty for all people. */
  readonly search: string;
  readonly presence: Presence;
  readonly states: readonly UserState[];
  readonly passwordStatus: PasswordStatus | undefined;
  /** The id of an integration, or NO_SOURCE. */
  readonly source: string | undefined;
  /** The id of a group of which the person is a direct member. */
  readonly group: string | undefined;
  readonly department: string | undefined;
  readonly changedSince: Date | undefined;
  /** The code of the error of the last refusal: only refused people match. */
  readonly reason: string | undefined;
  readonly sort: PeopleSort;
  readonly descending: boolean;
  readonly cursor: string | undefined;
  /** The number of people before the page; 0 with a cursor. */
  readonly skip: number;
  readonly limit: number;
}

/** A source of people: an integration. */
export interface PersonSource {
  readonly id: string;
  /** Null if the integration was removed. */
  readonly name: string | null;
}

/** A user in the list of people. */
export interface PresentPerson {
  readonly presence: 'present';
  readonly id: string;
  readonly name: string;
  readonly userName: string;
  readonly username: string;
  readonly email: string | null;
  readonly state: UserState;
  readonly passwordStatus: PasswordStatus;
  readonly source: PersonSource | null;
  readonly title: string | null;
  readonly department: string | null;
  readonly employeeNumber: string | null;
  readonly created: string;
  readonly lastChanged: string;
}

/** A person who is not in the directory, with the last refusal. */
export interface RefusedPersonRow {
  readonly presence: 'refused';
  readonly id: string;
  readonly name: string | null;
  readonly userName: string | null;
  readonly email: string | null;
  readonly externalId: string | null;
  readonly source: PersonSource | null;
  readonly errorCode: string;
  readonly reasonCode: string | null;
  readonly reason: string;
  readonly refusals: number;
  readonly firstRefused: string;
  readonly lastRefused: string;
  readonly eventId: string;
}

/** A page of people. */
export interface PeoplePage {
  readonly presence: Presence;
  readonly results: readonly (PresentPerson | RefusedPersonRow)[];
  /** The number of people that matched when the first page was read. */
  readonly total: number;
  /** The same for the other list: that of refused people for `present`, and that of users for `refused`. */
  readonly otherTotal: number;
  /** True while users from an older version are being indexed, so that people may be missing in the results. */
  readonly indexing: boolean;
  readonly next: string | null;
}
