import type { Generated } from 'kysely';

/** Milliseconds since 1970, UTC. */
type Timestamp = number;
/** A boolean: 0 or 1 on every engine, because SQLite has no booleans. */
type Flag = 0 | 1;
/** JSON, as text. */
type Json = string;

/** The custom roles of an organization. */
export interface RoleTable {
  id: string;
  organization_id: string;
  name: string;
  name_key: string;
  description: string;
  /** A list of permissions. */
  scopes: Json;
  created_at: Timestamp;
}

/** Further organizations that an administrator has access to. */
export interface AdministratorLinkTable {
  organization_id: string;
  administrator_id: string;
  linked_organization_id: string;
  role: string;
}

/** The sign-in data of a user. Users who never signed in have no row. */
export interface UserSecurityTable {
  user_id: string;
  organization_id: string;
  password_changed_at: Timestamp | null;
  /** PHC strings of former passwords, newest first. */
  password_history: Json | null;
  bad_login_attempts: Generated<number>;
  last_bad_login_at: Timestamp | null;
  locked_at: Timestamp | null;
  /** The encrypted TOTP secret. */
  totp_secret: string | null;
  pending_totp_secret: string | null;
  totp_enrolled_at: Timestamp | null;
  totp_last_step: number | null;
  mfa_exclusion_until: Timestamp | null;
  /** When an email warned the user that the password expires soon. */
  warned_at: Timestamp | null;
}

export interface SshKeyTable {
  id: string;
  organization_id: string;
  user_id: string;
  name: string;
  public_key: string;
  created_at: Timestamp;
}

export interface PasskeyTable {
  id: string;
  organization_id: string;
  user_id: string | null;
  administrator_id: string | null;
  name: string;
  /** The id that the authenticator chose, in base64url. */
  credential_id: string;
  /** A COSE key, in base64url. */
  public_key: string;
  counter: number;
  transports: Json;
  created_at: Timestamp;
  last_used_at: Timestamp | null;
}

/** Sessions of signed-in users and administrators, and OAuth 2 access tokens, which represent a key. */
export interface SessionTable {
  id: string;
  organization_id: string;
  kind: 'administrator' | 'user' | 'access';
  administrator_id: string | null;
  user_id: string | null;
  key_id: string | null;
  /** SHA-256 of the token, in hex. */
  hash: string;
  created_at: Timestamp;
  last_used_at: Timestamp;
  expires_at: Timestamp;
  client_ip: string | null;
  user_agent: string | null;
  auth_methods: Json;
  /** The permissions that the access token is limited to; null for no limit. */
  scopes: Json | null;
}

/** Tokens of links that were sent by mail, and of the steps of a sign-in. */
export interface OneTimeTokenTable {
  id: string;
  organization_id: string;
  purpose: string;
  user_id: string | null;
  administrator_id: string | null;
  hash: string;
  data: Json | null;
  created_at: Timestamp;
  expires_at: Timestamp;
  used_at: Timestamp | null;
  /** The key that requested the link. When the key ends, the link ends too. Null if no key requested it. */
  key_id: string | null;
}

/** Scheduled changes to the state of users. */
export interface StateChangeTable {
  id: string;
  organization_id: string;
  user_id: string;
  job_id: string;
  state: 'ACTIVATED' | 'SUSPENDED';
  at: Timestamp;
  send_mail: Flag;
  mail_to: string | null;
}

export interface MailTable {
  id: string;
  organization_id: string;
  kind: string;
  recipient: string;
  /** The folded address. */
  recipient_key: Generated<string>;
  target_id: string | null;
  /** `user` or `admin`. Null for an email about neither, and for an email that an older version wrote. */
  target_type: string | null;
  target_name: string | null;
  subject: string;
  /** Encrypted JSON. */
  body: string;
  state: 'waiting' | 'sent' | 'failed' | 'cancelled';
  attempts: number;
  /** The number of times that sending was requested: 1 for the first request, plus 1 for each resend. */
  sendings: Generated<number>;
  next_attempt_at: Timestamp;
  /** Until when a process has reserved the email for sending; null if no process is sending it. */
  claimed_until: Timestamp | null;
  /** When the transfer of the content to the mail server started. From that time on, the email may have been delivered. */
  handed_over_at: Timestamp | null;
  created_at: Timestamp;
  /** The time after which the email is no longer useful and is not sent anymore. */
  expires_at: Timestamp;
  sent_at: Timestamp | null;
  /** When the email failed permanently, or was not sent in time. */
  failed_at: Timestamp | null;
  error: string | null;
}

export interface MailTemplateTable {
  organization_id: string;
  kind: string;
  language: string;
  template: Json;
}

export interface JobTable {
  id: string;
  organization_id: string;
  kind: string;
  state: 'waiting' | 'running' | 'finished' | 'failed';
  total: number;
  done: number;
  input: Json;
  /** The actor that started the job, in the form that events use. */
  actor: Json;
  created_at: Timestamp;
  finished_at: Timestamp | null;
}

export interface JobResultTable {
  id: string;
  organization_id: string;
  job_id: string;
  row_number: number;
  status: string;
  message: string | null;
  user_id: string | null;
  body: Json | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

/** The index of the search of people: the beginnings of words by which users that are not deleted are found. */
export interface UserTermTable {
  organization_id: string;
  /** The sequence of the user without its last bits (`Engine.termBucketBits`). */
  bucket: number;
  term: string;
  user_sequence: number;
  /** The number of UTF-16 units that the term shares with the previous term of the user. */
  shared: number;
}

/**
 * The sequence from which on users of an organization are not in `user_terms` yet. Without a row, all users are indexed on an engine that
 * runs transactions concurrently, and none on another engine.
 */
export interface UnindexedPeopleTable {
  organization_id: string;
  next_sequence: number;
}

/** People who are not in the directory, because the last request to create them was refused. */
export interface RefusedPersonTable {
  /** A hash of the organization, the source and the name. */
  id: string;
  organization_id: string;
  /** The id of the integration that sent the request; empty for another caller. */
  source_id: string;
  source_name: string | null;
  name: string | null;
  /** The folded name, by which people are sorted. */
  name_key: string | null;
  user_name: string | null;
  user_name_key: string | null;
  email: string | null;
  email_key: string | null;
  external_id: string | null;
  error_code: string;
  reason_code: string | null;
  message: string;
  /** The event of the last refusal. */
  event_id: string;
  refusals: number;
  first_at: Timestamp;
  last_at: Timestamp;
  /** Like `users.terms`. */
  terms: string;
  /** Like `users.initials`. */
  initials: number;
}
