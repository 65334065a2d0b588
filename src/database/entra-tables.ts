/** Milliseconds since 1970, UTC. */
type Timestamp = number;
/** SQLite has no booleans: 0 or 1, on every engine. */
type Flag = 0 | 1;
/** A JSON text. */
type Json = string;

/** A tenant of the stand-in for Entra ID: a source directory of its own. */
export interface EntraTenantTable {
  /** A GUID, as all ids of the stand-in are. */
  id: string;
  organization_id: string;
  name: string;
  name_key: string;
  /** The domain of the user principal names. */
  domain: string;
  /** Grows with each change of the tenant: where a cycle has come to is told by it. */
  change_number: number;
  created_at: Timestamp;
}

export interface EntraUserTable {
  id: string;
  organization_id: string;
  tenant_id: string;
  /** Folded. */
  upn_key: string;
  display_name: string;
  name_key: string;
  /** Every attribute but those that have a column. */
  attributes: Json;
  account_enabled: Flag;
  manager_id: string | null;
  /** When it was deleted; it can be restored for 30 days. */
  deleted_at: Timestamp | null;
  created_at: Timestamp;
  modified_at: Timestamp;
}

export interface EntraGroupTable {
  id: string;
  organization_id: string;
  tenant_id: string;
  display_name: string;
  name_key: string;
  attributes: Json;
  /** The rule of a dynamic group; null for one whose members are assigned. */
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

/** What changed in a tenant, in order: incremental cycles read what came after their watermark. */
export interface EntraChangeTable {
  tenant_id: string;
  number: number;
  organization_id: string;
  object_type: 'User' | 'Group' | 'Assignment';
  object_id: string;
  kind: 'add' | 'update' | 'delete' | 'purge' | 'member';
  /** The member that came or went; the application of an assignment. */
  detail_id: string | null;
  /** Names of the attributes that changed. */
  fields: Json | null;
  at: Timestamp;
}

/** An enterprise application: a service principal, by Graph's word. */
export interface EntraApplicationTable {
  id: string;
  organization_id: string;
  tenant_id: string;
  app_id: string;
  display_name: string;
  name_key: string;
  settings: Json;
  /** Credentials for the target, sealed. */
  secrets: string | null;
  /** Names of secrets that were deleted and have to be entered again. */
  secrets_needed: Json;
  created_at: Timestamp;
  modified_at: Timestamp;
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

/** The synchronization job of an application. */
export interface EntraJobTable {
  /** As Entra ID writes it: scim.<tenant>.<service principal>. */
  id: string;
  organization_id: string;
  tenant_id: string;
  application_id: string;
  template_id: string;
  /** The synchronization schema in Graph's shape: mappings, scoping filters, actions. */
  schema: Json;
  /** Settings of the job, by name. */
  settings: Json;
  schedule_state: 'Active' | 'Disabled' | 'Paused';
  interval_ms: number;
  /** Counts, quarantine and last executions in Graph's shape. */
  status: Json;
  /** The change number up to which everything was looked at; null before the first cycle is complete. */
  watermark: number | null;
  next_run_at: Timestamp | null;
  /** The cycle under way, with where it has come to; null between cycles. */
  cycle: Json | null;
  created_at: Timestamp;
}

/** Which object of the target belongs to which of the source: found once, and kept. */
export interface EntraLinkTable {
  job_id: string;
  source_id: string;
  organization_id: string;
  object_type: 'User' | 'Group';
  target_id: string;
  /** What people call it. */
  display_name: string;
  /** Whether it was in scope when it was last looked at. */
  in_scope: Flag;
  /** The manager's id in the target, as it was last exported. */
  manager_target_id: string | null;
  created_at: Timestamp;
  modified_at: Timestamp;
}

/** Members as they were exported: Entra ID never reads those of the target. */
export interface EntraLinkedMemberTable {
  job_id: string;
  group_id: string;
  member_id: string;
  organization_id: string;
  target_member_id: string;
}

/** What failed, and when it is tried again. */
export interface EntraEscrowTable {
  job_id: string;
  source_id: string;
  /** What failed: the object itself, or what it refers to. */
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

/** Provisioning logs. */
export interface EntraLogTable {
  id: string;
  organization_id: string;
  tenant_id: string;
  job_id: string;
  cycle_id: string;
  change_id: string;
  /** Grows within a job, so that entries of one millisecond have an order. */
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
  /** The whole entry in Graph's shape. */
  entry: Json;
  /** The requests and answers on the wire, secrets masked. */
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
