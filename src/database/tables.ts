import type { EntraTables } from './entra-tables.ts';
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
} from './people-tables.ts';

/** Milliseconds since 1970, UTC. */
type Timestamp = number;
/** SQLite has no booleans: 0 or 1, on every engine. */
type Flag = 0 | 1;
/** A JSON text. */
type Json = string;

export interface OrganizationTable {
  id: string;
  name: string;
  created_at: Timestamp;
  settings: Generated<Json>;
}

export interface AdministratorTable {
  id: string;
  organization_id: string;
  email: string;
  /** Folded; the same address may belong to administrators of several organizations. */
  email_key: string;
  /** The organization's id and the folded address: unique. */
  organization_email_key: string;
  name: string;
  role: string;
  /** PHC string. */
  password_hash: string | null;
  suspended: Flag;
  created_at: Timestamp;
  first_name: string | null;
  last_name: string | null;
  /** Of a role that the organization defined; then `role` is the built-in one that it was made from. */
  custom_role_id: string | null;
  /** Encrypted. */
  totp_secret: string | null;
  /** Encrypted; shown, and not confirmed by a code yet. */
  pending_totp_secret: string | null;
  totp_enrolled_at: Timestamp | null;
  /** The time step of the last code that was used: none is taken twice (RFC 6238 §5.2). */
  totp_last_step: number | null;
  password_changed_at: Timestamp | null;
  locked_at: Timestamp | null;
  last_login_at: Timestamp | null;
  last_bad_login_at: Timestamp | null;
  api_key_allowed: Generated<Flag>;
  mfa_required: Generated<Flag>;
  /** Whether the administrator may create organizations, as long as the role is Administrator With Billing. */
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
  /** Whether the last request that could tell came with Entra's flag on the Tenant URL. */
  last_request_flagged: Flag | null;
}

export interface ApiKeyTable {
  id: string;
  organization_id: string;
  kind: 'administrator' | 'integration' | 'user';
  administrator_id: string | null;
  integration_id: string | null;
  user_id: string | null;
  name: string;
  /** The first characters, to recognize the key by. */
  prefix: string;
  /** SHA-256 of the whole key, in hex. */
  hash: string;
  created_at: Timestamp;
  expires_at: Timestamp | null;
  revoked_at: Timestamp | null;
  last_used_at: Timestamp | null;
  /** A list of addresses and networks that the key may come from; null for all. */
  allowed_ips: Json | null;
  last_used_ip: string | null;
  last_used_client: string | null;
  /** The least number of days before the expiry that a mail has told of. */
  warned_days: number | null;
  /** The key that created this one, and with which it ends; null for none. */
  parent_id: string | null;
  /** When it last sent a SCIM request. */
  last_scim_at: Timestamp | null;
}

/** A key that ended when its owner was removed. */
interface EndedKeyTable {
  id: string;
  organization_id: string;
  owner_id: string;
  /** E-mail of the administrator. */
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
  /** Order of creation. */
  sequence: GeneratedAlways<number>;
  id: string;
  organization_id: string;
  integration_id: string | null;
  creation_source: string;
  external_id: string | null;
  display_name_key: string | null;
  /** The canonical SCIM document, without what the directory computes. */
  document: Json;
  /** The same document with every string folded whose case does not matter: filters read this one. */
  search: Json;
  version: Generated<number>;
  created_at: Timestamp;
  modified_at: Timestamp;
  deleted_at: Timestamp | null;
}

export interface UserTable extends ResourceColumns {
  user_name: string;
  user_name_key: string;
  /** The directory's own user name: the userName, or what was derived from it. */
  username: string;
  username_key: string;
  email: string | null;
  email_key: string | null;
  /** 1 where no other user that is not deleted may have the e-mail, by the rule `emailUnique` of a writer of it; null where users may share it. */
  email_unique: Generated<1 | null>;
  employee_number_key: string | null;
  /** The same for the employeeNumber, by the rule `employeeNumberUnique`. */
  employee_number_unique: Generated<1 | null>;
  /** manager.value as it stands in the document. */
  manager_value: string | null;
  /** The same, folded: a manager who arrives late is found by it. */
  manager_key: string | null;
  state: 'STAGED' | 'ACTIVATED' | 'SUSPENDED';
  /** PHC string; null while the password is pending. */
  password_hash: string | null;
  password_expired: Flag;
  account_locked: Flag;
  /** A list of names; null for none. */
  unqualified: Json | null;
  active: ColumnType<Flag, never, never>;
  /** 1 while an administrator has not confirmed that an integration adopted the user. */
  adoption_unconfirmed: Generated<Flag>;
  /** What SCIM has no attribute for, by the original directory's names; null for nothing. */
  properties: Json | null;
}

export interface UserEmailTable {
  user_id: string;
  organization_id: string;
  value_key: string;
}

export interface GroupTable extends ResourceColumns {
  display_name: string;
  /** 1 where no other active group has the name, by the rule of the last writer; null where groups may share it. */
  display_name_unique: Generated<1 | null>;
  /** What SCIM has no attribute for, by the original directory's names; null for nothing. */
  properties: Json | null;
}

export interface MembershipTable {
  organization_id: string;
  group_id: string;
  /** The id of a user or a group; of an awaited member what the client sent. */
  member_id: string;
  member_type: 'User' | 'Group' | 'Awaited';
  /** What was sent, folded: by it the member is found when it arrives. */
  awaited_key: string | null;
  created_at: Timestamp;
}

/** Kept by triggers. Where transactions run side by side, the sum of several rows counts. */
export interface ResourceCountTable {
  organization_id: string;
  resource_type: 'User' | 'Group';
  living: number;
}

/** Schemas that an organization defines itself. */
export interface SchemaTable {
  organization_id: string;
  /** The URN, folded. */
  id_key: string;
  resource_type: 'User' | 'Group';
  /** As RFC 7643 §7 writes it. */
  definition: Json;
  created_at: Timestamp;
  modified_at: Timestamp;
}

/** Kept by triggers: grows with every change of what requests keep in memory. */
export interface ConfigurationVersionTable {
  id: number;
  version: number;
}

/** Failed attempts, counted together by all processes; in the main database. */
export interface AttemptTable {
  /** SHA-256 of the purpose, the client and, where there is one, the name. */
  bucket: string;
  failures: number;
  /** 0 where no attempt is refused. */
  refused_until: Timestamp;
  /** From then on nothing is counted in the bucket. */
  expires_at: Timestamp;
}

/** Addresses that send X-Forwarded-For or Forwarded and are not in TANHUA_TRUSTED_PROXIES; in the main database. */
export interface UnnamedProxyTable {
  address: string;
  /** The header that it sent. */
  header: string;
  first_seen_at: Timestamp;
  last_seen_at: Timestamp;
}

/** SCIM requests whose key belongs to no organization, so that no organization has an event of them; in the main database. */
export interface UnidentifiedRequestTable {
  /** Address, reason and prefix. */
  id: string;
  address: string;
  /** The code of the reason why the credential identifies no caller. */
  reason: string;
  /** The first characters of what has the form of one of our keys; empty for anything else. */
  prefix: string;
  requests: number;
  first_seen_at: Timestamp;
  last_seen_at: Timestamp;
}

/** Who does a work that is to be done once, and until when. */
export interface LeaseTable {
  name: string;
  holder: string;
  expires_at: Timestamp;
}

/** The catalog: in which database an organization is. One without a row is in the catalog's own. */
export interface PlacementTable {
  organization_id: string;
  shard: string;
  /** Between two databases, what changes has to wait: `leaving` is still read where it was, `arriving` where it goes. */
  state: 'served' | 'leaving' | 'arriving';
  /** Of the move that made it wait, and until when that one may. */
  token: string | null;
  expires_at: Timestamp | null;
}

/** Organizations that go from this database, or come to it. */
export interface MoveTable {
  organization_id: string;
  state: 'copying' | 'frozen' | 'gone' | 'arriving';
  /** Of the switch that froze it; null in every other state. */
  token: string | null;
}

/** Rows that changed while their organization was copied. */
export interface ChangedRowTable {
  sequence: GeneratedAlways<number>;
  organization_id: string;
  table_name: string;
  /** A JSON list of the values of the key's columns. */
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
  /** Folded name of the target, so that refused creations are found as well. */
  target_key: string | null;
  integration_id: string | null;
  request_id: string | null;
  /** The whole event. */
  body: Json;
}

/** Names by which an event is found besides that of its target. */
interface EventNameTable {
  event_id: string;
  /** Folded, and cut to the length that an index can hold. */
  name_key: string;
  organization_id: string;
  /** When the event happened. */
  at: Timestamp;
}

export interface Tables extends EntraTables {
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
}
