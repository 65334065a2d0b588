import type { EntraIdentity } from '../credentials/entra-answer.ts';
import type { EntraSettings } from '../credentials/entra-settings.ts';
import type { ConnectionRules } from '../credentials/connection-rules.ts';
import type { EngineClient, RadiusMethod, ReplyAttribute } from '../radius-types.ts';

/** A RADIUS server of an organization, with everything that a decision needs. */
export interface DecidingServer extends ConnectionRules {
  readonly id: string;
  readonly name: string;
  readonly organizationId: string;
  readonly methods: readonly RadiusMethod[];
  /** null if the identity provider is this directory, or if the settings are not complete. */
  readonly entra: EntraSettings | null;
  /**
   * The path of the user attribute that holds the object id of Entra ID, such as externalId; null if none does. The object id is then bound
   * at the first sign-in.
   */
  readonly objectIdAttribute: string | null;
}

/** A RADIUS client with its server. */
export interface DecidingClient {
  readonly id: string;
  readonly name: string;
  readonly server: DecidingServer;
}

/** What a decision reads and stores of RADIUS servers, implemented by the stores of src/radius/servers/. */
export interface RadiusDirectory {
  /** Finds the client with the longest prefix for an address. */
  readonly clientAt: (address: string) => Promise<EngineClient | undefined>;
  /** Finds a client and its server by the id of the client; undefined if the client was removed. */
  readonly clientWithServer: (clientId: string) => Promise<DecidingClient | undefined>;
  /** Returns the groups that let a user connect to a server; none if the user may not connect. */
  readonly connectableGroups: (
    server: DecidingServer,
    userId: string,
  ) => Promise<readonly { readonly id: string; readonly name: string }[]>;
  /** Returns the reply attributes that a user gets from a server, in order and without conflicts. */
  readonly repliesFor: (server: DecidingServer, userId: string) => Promise<readonly ReplyAttribute[]>;
  /**
   * Returns the account of Entra ID that a user is bound to; null before the first sign-in. If the settings of the server name a domain of the
   * tenant, it can be an account in any tenant, so that a second one is not bound under the same domain.
   */
  readonly bindingOf: (server: DecidingServer, userId: string) => Promise<EntraIdentity | null>;
  /**
   * Binds a user to an account of Entra ID, unless the user is bound already. Returns the account that the user is bound to afterwards;
   * null if another user of the organization is bound to it.
   */
  readonly bind: (server: DecidingServer, userId: string, identity: EntraIdentity) => Promise<EntraIdentity | null>;
  /** Returns the SHA-256 of the Wi-Fi password of a user (`hashWifiPassword`); null if none was generated. */
  readonly wifiPasswordHashOf: (server: DecidingServer, userId: string) => Promise<string | null>;
}
