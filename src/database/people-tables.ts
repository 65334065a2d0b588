import type { Generated } from 'kysely';

/** Milliseconds since 1970, UTC. */
type Timestamp = number;
/** SQLite has no booleans: 0 or 1, on every engine. */
type Flag = 0 | 1;
/** A JSON text. */
type Json = string;

/** Roles that an organization defines itself. */
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

/** Further organizations that an administrator works for. */
export interface AdministratorLinkTable {
  organization_id: string;
  administrator_id: string;
  linked_organization_id: string;
  role: string;
}

/** What concerns how a user signs in; users who never did have no row. */
export interface UserSecurityTable {
  user_id: string;
  organization_id: string;
  password_changed_at: Timestamp | null;
  /** PHC strings, the newest first. */
  password_history: Json | null;
  bad_login_attempts: Generated<number>;
  last_bad_login_at: Timestamp | null;
  locked_at: Timestamp | null;
  /** Encrypted. */
  totp_secret: string | null;
  pending_totp_secret: string | null;
  totp_enrolled_at: Timestamp | null;
  totp_last_step: number | null;
  mfa_exclusion_until: Timestamp | null;
  /** When a mail told that the password expires soon. */
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
  /** Base64url, as the authenticator says it. */
  credential_id: string;
  /** COSE, in base64url. */
  public_key: string;
  counter: number;
  transports: Json;
  created_at: Timestamp;
  last_used_at: Timestamp | null;
}

/** Who is signed in; and the access tokens of OAuth 2, which stand for a key. */
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
  /** The permissions that an access token was narrowed to. */
  scopes: Json | null;
}

/** Links that were sent by mail, and steps of a sign-in. */
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
  /** The key that requested the link, which ends with it; null for none. */
  key_id: string | null;
}

/** States that users are to have at a time. */
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
  target_id: string | null;
  /** `user` or `admin`; null for a mail that is about neither, or that an older version wrote. */
  target_type: string | null;
  target_name: string | null;
  subject: string;
  /** Encrypted JSON. */
  body: string;
  state: 'waiting' | 'sent' | 'failed' | 'cancelled';
  attempts: number;
  /** How often it was to be sent: once, and once more for each time that somebody asked for it. */
  sendings: Generated<number>;
  next_attempt_at: Timestamp;
  /** While a process sends it. */
  claimed_until: Timestamp | null;
  /** When the mail server was about to be given what it says: from then on it may have arrived. */
  handed_over_at: Timestamp | null;
  created_at: Timestamp;
  /** From when on it is of no use any more. */
  expires_at: Timestamp;
  sent_at: Timestamp | null;
  /** When it failed for good, or was not sent in time. */
  failed_at: Timestamp | null;
  error: string | null;
}

export interface MailTemplateTable {
  organization_id: string;
  kind: string;
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
  /** Who started it, as events name them. */
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
