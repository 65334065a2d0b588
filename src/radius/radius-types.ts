/** The identity provider that checks the passwords of a RADIUS server's users. */
export type RadiusIdentityProvider = 'directory' | 'entra';

/** How a password arrived: in the packet (PAP), or in a TLS tunnel (EAP-TTLS with PAP in it). */
export type RadiusMethod = 'pap' | 'eapTtlsPap';

/** A RADIUS client (an access point, a switch, a VPN gateway) as the engine must know it. */
export interface EngineClient {
  readonly id: string;
  readonly name: string;
  /** The shared secret that packets of the client are checked with now. */
  readonly secret: string;
  /** False only for a client for which an administrator allowed packets without Message-Authenticator. */
  readonly requiresMessageAuthenticator: boolean;
}

/** A request to check a password, as the engine received it. */
export interface PasswordAttempt {
  /** The id of the client, from the answer of `clientAt`. */
  readonly clientId: string;
  /** The address that the packet came from. */
  readonly address: string;
  /** The name that the person entered; null if it is not valid UTF-8. */
  readonly userName: string | null;
  /** null if it is missing or not valid UTF-8. Never logged. */
  readonly password: string | null;
  /** Another method, such as mschapv2, is refused with an explanation. */
  readonly method: RadiusMethod | 'unsupported';
  /** The name outside of the tunnel, such as anonymous@contoso.example. */
  readonly outerName: string | null;
  /** The device (Calling-Station-Id, usually a MAC address), and the network (Called-Station-Id); null if absent. */
  readonly callingStation: string | null;
  readonly calledStation: string | null;
}

/** A reply attribute as FreeRADIUS writes it, such as Tunnel-Private-Group-Id:0. Values are literal texts (never expanded). */
export interface ReplyAttribute {
  readonly name: string;
  /** 0 to 31 for attributes with a tag (RFC 2868); null for others. */
  readonly tag: number | null;
  readonly value: string;
}

export type AttemptDecision =
  | { readonly kind: 'accept'; readonly userName: string; readonly replies: readonly ReplyAttribute[] }
  /** `locked` is answered with HTTP 403 (userlock), others with 401. `message` is for Reply-Message; null for none. */
  | { readonly kind: 'reject'; readonly isLocked: boolean; readonly message: string | null }
  /** A fault of ours or of the identity provider: the client gets no reply and asks another server. */
  | { readonly kind: 'silence' };

/** What the engine asks, implemented by src/radius/decide/. */
export interface RadiusPolicy {
  clientAt(address: string): Promise<EngineClient | undefined>;
  decide(attempt: PasswordAttempt): Promise<AttemptDecision>;
}
