/** Milliseconds since 1970, UTC. */
type Timestamp = number;
/** A boolean: 0 or 1 on every engine, because SQLite has no booleans. */
type Flag = 0 | 1;
/** JSON, as text. */
type Json = string;

/** RADIUS servers: how the passwords of a network's users are checked. */
export interface RadiusServerTable {
  id: string;
  organization_id: string;
  name: string;
  name_key: string;
  identity_provider: 'directory' | 'entra';
  /** A list of methods, such as `pap`. */
  methods: Json;
  locked_accounts: 'refuse' | 'allow';
  expired_passwords: 'refuse' | 'allow';
  /** The URL below which the token endpoints of Entra ID's tenants are. */
  authority_url: string;
  /** The tenant of Entra ID: its id or one of its domains. Null while the identity provider is this directory. */
  tenant: string | null;
  client_id: string | null;
  /** The encrypted client secret; null for a public client. */
  client_secret: string | null;
  /** The attribute of a user that holds the object id in Entra ID; null if the id is bound at the first sign-in. */
  object_id_attribute: string | null;
  /** How long a successful check may be reused; 0 for never. */
  cache_seconds: number;
  created_at: Timestamp;
  modified_at: Timestamp;
}

/** RADIUS clients: access points, switches and VPN gateways. */
export interface RadiusClientTable {
  id: string;
  organization_id: string;
  server_id: string;
  name: string;
  name_key: string;
  /** The address or the network in its canonical form, such as 192.0.2.0/24. */
  network: string;
  /** The same in the form in which packets are looked up: `networkKey` in src/radius/servers. Unique in the database. */
  network_key: string;
  /** The encrypted shared secret. */
  secret: string;
  /** The encrypted secret that replaces `secret` at `next_secret_at`; null if no change is planned. */
  next_secret: string | null;
  next_secret_at: Timestamp | null;
  /** 1 if packets without Message-Authenticator are accepted. */
  insecure: Flag;
  created_at: Timestamp;
  modified_at: Timestamp;
}

/** The groups whose members may connect through a server. */
export interface RadiusServerGroupTable {
  server_id: string;
  group_id: string;
  organization_id: string;
  created_at: Timestamp;
}

/** The reply attributes of groups, in order. */
export interface RadiusReplyTable {
  group_id: string;
  position: number;
  organization_id: string;
  name: string;
  /** 0 to 31 for an attribute with a tag (RFC 2868); null for others. */
  tag: number | null;
  value: string;
}

/** The object ids in Entra ID that users had at their first sign-in, and must have at each later one. */
export interface RadiusBindingTable {
  user_id: string;
  tenant_id: string;
  organization_id: string;
  object_id: string;
  created_at: Timestamp;
}

/** Generated passwords that users enter for the network instead of the password of their account. */
export interface RadiusWifiPasswordTable {
  user_id: string;
  organization_id: string;
  /** SHA-256 in hex, because the password is long and random. */
  hash: string;
  created_at: Timestamp;
}

export interface RadiusTables {
  radius_servers: RadiusServerTable;
  radius_clients: RadiusClientTable;
  radius_server_groups: RadiusServerGroupTable;
  radius_replies: RadiusReplyTable;
  radius_bindings: RadiusBindingTable;
  radius_wifi_passwords: RadiusWifiPasswordTable;
}
