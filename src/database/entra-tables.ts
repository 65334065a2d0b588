import type { Generated } from 'kysely';

/** Milliseconds since 1970, UTC. */
type Timestamp = number;
/** A boolean: 0 or 1 on every engine, because SQLite has no booleans. */
type Flag = 0 | 1;
/** JSON, as text. */
type Json = string;

/** Tenants of the stand-in for Entra ID. Each tenant is a separate source directory. */
export interface EntraTenantTable {
  /** A GUID, like all ids of the stand-in. */
  id: string;
  organization_id: string;
  name: string;
  name_key: string;
  /** The domain of the user principal names. */
  domain: string;
  /** Increases with each change to the tenant. A cycle records its progress as a change number. */
  change_number: number;
  created_at: Timestamp;
  /** The simulated fault of all sign-ins to the tenant; null for none. */
  sign_in_fault: Json | null;
}

export interface EntraUserTable {
  id: string;
  organization_id: string;
  tenant_id: string;
  /** The folded user principal name. */
  upn_key: string;
  display_name: string;
  name_key: string;
  /** All attributes except those that have a column. */
  attributes: Json;
  account_enabled: Flag;
  manager_id: string | null;
  /** When the user was deleted. The user can be restored for 30 days. */
  deleted_at: Timestamp | null;
  created_at: Timestamp;
  modified_at: Timestamp;
  /** The PHC string of the password; null if the user has none. */
  password_hash: string | null;
  /** 1 if sign-ins are refused until the password is changed. */
  must_change_password: Generated<Flag>;
  /** The simulated fault of sign-ins of the user; null for none. */
  sign_in_fault: Json | null;
}

export interface EntraGroupTable {
  id: string;
  organization_id: string;
  tenant_id: string;
  display_name: string;
  name_key: string;
  attributes: Json;
  /** The rule of a dynamic group; null for a group with assigned members. */
  membership_rule: string | null;
  deleted_at: Timestamp | null;
  created_at: Timestamp;
  modified_at: Timestamp;
}

export interface EntraGroupMemberTable {
  group_id: string;
  member_id: string;
  organization_id: string;
  tenant_id: string;
  member_type: 'User' | 'Group';
}

/** The changes to a tenant, in order. An incremental cycle reads the changes after its watermark. */
export interface EntraChangeTable {
  tenant_id: string;
  number: number;
  organization_id: string;
  object_type: 'User' | 'Group' | 'Assignment';
  object_id: string;
  kind: 'add' | 'update' | 'delete' | 'purge' | 'member';
  /** The member that was added or removed, or the application of an assignment. */
  detail_id: string | null;
  /** Names of the attributes that changed. */
  fields: Json | null;
  at: Timestamp;
}

/** Enterprise applications. Microsoft Graph calls them service principals. */
export interface EntraApplicationTable {
  id: string;
  organization_id: string;
  tenant_id: string;
  app_id: string;
  display_name: string;
  name_key: string;
  settings: Json;
  /** The credentials for the target, encrypted. */
  secrets: string | null;
  /** The names of secrets that were deleted and have to be entered again. */
  secrets_needed: Json;
  created_at: Timestamp;
  modified_at: Timestamp;
  /** The SHA-256 of the client secret; null for a public client. */
  client_secret_hash: string | null;
}

export interface EntraAssignmentTable {
  id: string;
  organization_id: string;
  tenant_id: string;
  application_id: string;
  principal_id: string;
  principal_type: 'User' | 'Group';
  app_role_id: string;
  role_value: string;
  created_at: Timestamp;
}

/** The synchronization jobs of applications. */
export interface EntraJobTable {
  /** The id in Entra ID's form: scim.<tenant>.<service principal>. */
  id: string;
  organization_id: string;
  tenant_id: string;
  application_id: string;
  template_id: string;
  /** The synchronization schema in Graph's format: mappings, scoping filters, and actions. */
  schema: Json;
  /** The settings of the job, by name. */
  settings: Json;
  schedule_state: 'Active' | 'Disabled' | 'Paused';
  interval_ms: number;
  /** Counts, quarantine, and last executions, in Graph's format. */
  status: Json;
  /** The change number up to which the job has processed all changes; null until the first cycle is complete. */
  watermark: number | null;
  next_run_at: Timestamp | null;
  /** The state and progress of the running cycle; null between cycles. */
  cycle: Json | null;
  created_at: Timestamp;
}

/** Links between objects of the source and objects of the target. Once found, a link is kept. */
export interface EntraLinkTable {
  job_id: string;
  source_id: string;
  organization_id: string;
  object_type: 'User' | 'Group';
  target_id: string;
  /** The display name of the object. */
  display_name: string;
  /** 1 if the object was in scope when the job last evaluated it. */
  in_scope: Flag;
  /** The target id of the manager that was last exported. */
  manager_target_id: string | null;
  created_at: Timestamp;
  modified_at: Timestamp;
}

/** The group members that were exported. Like Entra ID, the stand-in never reads the members of the target. */
export interface EntraLinkedMemberTable {
  job_id: string;
  group_id: string;
  member_id: string;
  organization_id: string;
  target_member_id: string;
}

/** Failed exports, and when each is retried. */
export interface EntraEscrowTable {
  job_id: string;
  source_id: string;
  /** What failed: the object itself, or a reference to another object. */
  stage: 'object' | 'reference';
  organization_id: string;
  object_type: 'User' | 'Group';
  error_code: string;
  reason: string;
  attempts: number;
  first_at: Timestamp;
  last_at: Timestamp;
  next_at: Timestamp;
}

/** The provisioning logs. */
export interface EntraLogTable {
  id: string;
  organization_id: string;
  tenant_id: string;
  job_id: string;
  cycle_id: string;
  change_id: string;
  /** Increases within a job, so that entries of the same millisecond are in order. */
  number: number;
  at: Timestamp;
  action: string;
  status: string;
  object_type: string;
  source_id: string;
  source_name: string;
  target_id: string;
  duration_ms: number;
  error_code: string | null;
  /** The whole entry in Graph's format. */
  entry: Json;
  /** The HTTP requests and responses, with masked secrets. */
  wire: Json;
}

export interface EntraTables {
  entra_tenants: EntraTenantTable;
  entra_users: EntraUserTable;
  entra_groups: EntraGroupTable;
  entra_group_members: EntraGroupMemberTable;
  entra_changes: EntraChangeTable;
  entra_applications: EntraApplicationTable;
  entra_assignments: EntraAssignmentTable;
  entra_jobs: EntraJobTable;
  entra_links: EntraLinkTable;
  entra_linked_members: EntraLinkedMemberTable;
  entra_escrows: EntraEscrowTable;
  entra_logs: EntraLogTable;
}
