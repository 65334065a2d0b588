import type { EntraTables } from './entra-tables.ts';
import type { RadiusTables } from './radius-tables.ts';
import type { RequestTable } from './request-tables.ts';
import type { TotalPositionTable, TotalTable } from './total-tables.ts';
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type {
  RoleTable,
  AdministratorLinkTable,
  UserSecurityTable,
  SshKeyTable,
  PasskeyTable,
  SessionTable,
  OneTimeTokenTable,
  StateChangeTable,
  MailTable,
  MailTemplateTable,
  JobTable,
  JobResultTable,
  RefusedPersonTable,
  UnindexedPeopleTable,
  UserTermTable,
} from './people-tables.ts';

/** Milliseconds since 1970, UTC. */
type Timestamp = number;
/** A boolean: 0 or 1 on every engine, because SQLite has no booleans. */
type Flag = 0 | 1;
/** JSON, as text. */
type Json = string;

export interface OrganizationTable {
  id: string;
  name: string;
  /** The folded name. Several organizations may have the same name. */
  name_key: Generated<string>;
  created_at: Timestamp;
  settings: Generated<Json>;
  /** The rules that a new integration has. */
  default_rules: Generated<Json>;
}

export interface AdministratorTable {
  id: string;
  organization_id: string;
  email: string;
  /** The folded address. Administrators of several organizations may have the same address. */
  email_key: string;
  /** The organization's id, a space, and the folded address. Unique. */
  organization_email_key: string;
  name: string;
  role: string;
  /** The password as a PHC string. */
  password_hash: string | null;
  suspended: Flag;
  created_at: Timestamp;
  first_name: string | null;
  last_name: string | null;
  /** The id of a role that the organization defined. `role` is then the built-in role that it is based on. */
  custom_role_id: string | null;
  /** The encrypted TOTP secret. */
  totp_secret: string | null;
  /** The encrypted TOTP secret that was shown to the administrator but is not yet confirmed with a code. */
  pending_totp_secret: string | null;
  totp_enrolled_at: Timestamp | null;
  /** The time step of the last code that was used: no code is accepted twice (RFC 6238 §5.2). */
  totp_last_step: number | null;
  password_changed_at: Timestamp | null;
  locked_at: Timestamp | null;
  last_login_at: Timestamp | null;
  last_bad_login_at: Timestamp | null;
  api_key_allowed: Generated<Flag>;
  mfa_required: Generated<Flag>;
  /** 1 if the administrator may create organizations. The administrator also needs the role Administrator With Billing. */
  creates_organizations: Generated<Flag>;
  bad_login_attempts: Generated<number>;
}

export interface IntegrationTable {
  id: string;
  organization_id: string;
  name: string;
  name_key: string;
  rules: Json;
  created_at: Timestamp;
  last_request_at: Timestamp | null;
  /** 1 if the Tenant URL of the last request had Entra ID's feature flag. Requests that do not reveal it leave the value unchanged. */
  last_request_flagged: Flag | null;
  /** When the last request with the flag arrived. */
  last_flagged_at: Timestamp | null;
}

export interface ApiKeyTable {
  id: string;
  organization_id: string;
  kind: 'administrator' | 'integration' | 'user';
  administrator_id: string | null;
  integration_id: string | null;
  user_id: string | null;
  name: string;
  /** The first characters of the key, by which a person recognizes it. */
  prefix: string;
  /** SHA-256 of the whole key, in hex. */
  hash: string;
  created_at: Timestamp;
  expires_at: Timestamp | null;
  revoked_at: Timestamp | null;
  last_used_at: Timestamp | null;
  /** A list of addresses and networks from which the key may be used; null if it may be used from anywhere. */
  allowed_ips: Json | null;
  last_used_ip: string | null;
  last_used_client: string | null;
  /** The smallest number of days before the expiry at which a warning was mailed; null if none was mailed. */
  warned_days: number | null;
  /** The key that created this key. When that key ends, this key ends too. Null if no key created it. */
  parent_id: string | null;
  /** When the key was last used for a SCIM request. */
  last_scim_at: Timestamp | null;
}

/** Keys that ended when their owner was removed. */
export interface EndedKeyTable {
  id: string;
  organization_id: string;
  owner_id: string;
  /** The email address of the administrator who owned the key. */
  owner: string;
  role: string | null;
  name: string;
  prefix: string;
  /** SHA-256 of the whole key, in hex. */
  hash: string;
  created_at: Timestamp;
  expires_at: Timestamp | null;
  last_used_at: Timestamp | null;
  last_scim_at: Timestamp | null;
  ended_at: Timestamp;
}

interface ResourceColumns {
  /** The number of the resource in order of creation. */
  sequence: GeneratedAlways<number>;
  id: string;
  organization_id: string;
  integration_id: string | null;
  creation_source: string;
  external_id: string | null;
  display_name_key: string | null;
  /** The canonical SCIM document, without the attributes that the directory computes. */
  document: Json;
  /** A copy of `document` for filters, in which every case-insensitive string is folded. */
  search: Json;
  version: Generated<number>;
  created_at: Timestamp;
  modified_at: Timestamp;
  deleted_at: Timestamp | null;
}

export interface UserTable extends ResourceColumns {
  user_name: string;
  user_name_key: string;
  /** The directory's own user name: the userName, or a name derived from it. */
  username: string;
  username_key: string;
  email: string | null;
  email_key: string | null;
  /** 1 if a writer's rule `emailUnique` forbids other users that are not deleted to have this email; null if users may share it. */
  email_unique: Generated<1 | null>;
  employee_number_key: string | null;
  /** Like `email_unique`, for the employeeNumber and the rule `employeeNumberUnique`. */
  employee_number_unique: Generated<1 | null>;
  /** The value of `manager.value`, as in the document. */
  manager_value: string | null;
  /** `manager_value`, folded. When a manager is created after the reports, it finds these reports. */
  manager_key: string | null;
  state: 'STAGED' | 'ACTIVATED' | 'SUSPENDED';
  /** The password as a PHC string; null while the password is pending. */
  password_hash: string | null;
  password_expired: Flag;
  account_locked: Flag;
  /** A list of the attributes that the client sent without their schema URN; null for none. */
  unqualified: Json | null;
  active: ColumnType<Flag, never, never>;
  /** 1 until an administrator confirms that an integration adopted the user. */
  adoption_unconfirmed: Generated<Flag>;
  /** Properties for which SCIM has no attribute, by their names in the REST API; null for none. */
  properties: Json | null;
  /** The terms by which a search finds the user, each after a line feed; null until a user from an older version is indexed. */
  terms: string | null;
  /** The first characters of the terms, as bits (base/search-terms.ts); null like `terms`. */
  initials: number | null;
  department_key: string | null;
  title_key: string | null;
  /** 1 if the user has no password. An index has this column, but not the password. */
  password_pending: Generated<Flag>;
}

export interface UserEmailTable {
  user_id: string;
  organization_id: string;
  value_key: string;
}

export interface GroupTable extends ResourceColumns {
  display_name: string;
  /** 1 if the last writer's rule forbids other groups that are not deleted to have this name; null if groups may share it. */
  display_name_unique: Generated<1 | null>;
  /** Properties for which SCIM has no attribute, by their names in the REST API; null for none. */
  properties: Json | null;
}

export interface MembershipTable {
  organization_id: string;
  group_id: string;
  /** The id of a user or a group. For an awaited member, the value that the client sent. */
  member_id: string;
  member_type: 'User' | 'Group' | 'Awaited';
  /** The folded value of an awaited member. It identifies the member when that user or group is created; null for other members. */
  awaited_key: string | null;
  created_at: Timestamp;
}

/** The number of users and groups, maintained by triggers. On PostgreSQL, a count is the sum of several rows. */
export interface ResourceCountTable {
  organization_id: string;
  resource_type: 'User' | 'Group';
  living: number;
}

/** The custom schemas of an organization. */
export interface SchemaTable {
  organization_id: string;
  /** The folded URN. */
  id_key: string;
  resource_type: 'User' | 'Group';
  /** The schema definition in the form of RFC 7643 §7. */
  definition: Json;
  created_at: Timestamp;
  modified_at: Timestamp;
}

/** A version that triggers increase with every change to the configuration that processes cache. */
export interface ConfigurationVersionTable {
  id: number;
  version: number;
}

/** Failed attempts to sign in, which all processes count together. The table is in the main database. */
export interface AttemptTable {
  /** SHA-256 of the purpose, the client, and the name, if there is one. */
  bucket: string;
  failures: number;
  /** Until when attempts are refused; 0 if they are not. */
  refused_until: Timestamp;
  /** When the failures of the bucket no longer count. */
  expires_at: Timestamp;
}

/** Addresses that send X-Forwarded-For or Forwarded but are not in TANHUA_TRUSTED_PROXIES. The table is in the main database. */
export interface UnnamedProxyTable {
  address: string;
  /** The header that the address sent. */
  header: string;
  first_seen_at: Timestamp;
  last_seen_at: Timestamp;
}

/**
 * SCIM requests whose key belongs to no organization, so that they are in no organization's event log. The table is in the main
 * database.
 */
export interface UnidentifiedRequestTable {
  /** The address, the reason, and the prefix, separated by spaces. */
  id: string;
  address: string;
  /** The code of the reason why the credential identifies no caller. */
  reason: string;
  /** The first characters of a credential that has the form of a Tanhua key; empty for any other credential. */
  prefix: string;
  requests: number;
  first_seen_at: Timestamp;
  last_seen_at: Timestamp;
}

/** Leases: which process does a task that only one process may do, and until when. */
export interface LeaseTable {
  name: string;
  holder: string;
  expires_at: Timestamp;
}

/** The catalog: which database each organization is in. An organization without a row is in the catalog's own database. */
export interface PlacementTable {
  organization_id: string;
  shard: string;
  /**
   * Served, or being switched to another database. During a switch, changes wait, and reads go to the source (`leaving`) or to the
   * target (`arriving`).
   */
  state: 'served' | 'leaving' | 'arriving';
  /** The token of the switch for which changes wait; null while the organization is served. */
  token: string | null;
  /** When that switch must have ended; null while the organization is served. */
  expires_at: Timestamp | null;
}

/** Organizations that are moving out of this database or into it. */
export interface MoveTable {
  organization_id: string;
  state: 'copying' | 'frozen' | 'gone' | 'arriving';
  /** The token of the switch that froze the organization; null in every other state. */
  token: string | null;
}

/** Rows that changed while their organization was being copied. */
export interface ChangedRowTable {
  sequence: GeneratedAlways<number>;
  organization_id: string;
  table_name: string;
  /** A JSON array of the values of the key columns. */
  row_key: Json;
}

export interface EventTable {
  sequence: GeneratedAlways<number>;
  id: string;
  organization_id: string;
  at: Timestamp;
  type: string;
  success: Flag;
  target_id: string | null;
  /** The folded name of the target, by which refused creations are found. */
  target_key: string | null;
  integration_id: string | null;
  request_id: string | null;
  /** The whole event, as JSON. */
  body: Json;
  /** For a change of a group, a summary of the members that it names; null if they are many, and for other events. */
  members: string | null;
}

/** Further names by which an event is found, in addition to the name of its target. */
interface EventNameTable {
  event_id: string;
  /** The folded name, truncated to the length that an index can hold. */
  name_key: string;
  organization_id: string;
  /** When the event happened. */
  at: Timestamp;
}

export interface Tables extends EntraTables, RadiusTables {
  organizations: OrganizationTable;
  administrators: AdministratorTable;
  roles: RoleTable;
  administrator_links: AdministratorLinkTable;
  user_security: UserSecurityTable;
  ssh_keys: SshKeyTable;
  passkeys: PasskeyTable;
  sessions: SessionTable;
  one_time_tokens: OneTimeTokenTable;
  state_changes: StateChangeTable;
  mails: MailTable;
  mail_templates: MailTemplateTable;
  jobs: JobTable;
  job_results: JobResultTable;
  integrations: IntegrationTable;
  api_keys: ApiKeyTable;
  ended_keys: EndedKeyTable;
  users: UserTable;
  user_emails: UserEmailTable;
  groups: GroupTable;
  memberships: MembershipTable;
  resource_counts: ResourceCountTable;
  schemas: SchemaTable;
  configuration_version: ConfigurationVersionTable;
  leases: LeaseTable;
  attempts: AttemptTable;
  unnamed_proxies: UnnamedProxyTable;
  unidentified_requests: UnidentifiedRequestTable;
  placements: PlacementTable;
  moves: MoveTable;
  changed_rows: ChangedRowTable;
  events: EventTable;
  event_names: EventNameTable;
  requests: RequestTable;
  totals: TotalTable;
  total_positions: TotalPositionTable;
  user_terms: UserTermTable;
  unindexed_people: UnindexedPeopleTable;
  refused_people: RefusedPersonTable;
}
