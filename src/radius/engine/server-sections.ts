import { engineAttributes } from './attribute-names.ts';
import { configValue } from './config-value.ts';
import { engineEnvironment, type EngineSettings, type ListenAddress } from './engine-settings.ts';

const { client, address, method, outerName, callingStation, calledStation } = engineAttributes;
const own = Object.values(engineAttributes).map(({ name }) => `&${name}`);
/** One of the two is empty. A nested expression would escape the colons of an IPv6 address twice. */
const sourceAddress = '%{Packet-Src-IP-Address}%{Packet-Src-IPv6-Address}';
const forgetOwn = own.map((name) => `\t\t\t${name} !* ANY`).join('\n');

/** What happens without an answer: the client gets none, so that it asks its next server. */
const silence = {
  outer: ['update control {', '\t&Response-Packet-Type := Do-Not-Respond', '}', 'handled'],
  inner: ['update outer.control {', '\t&Response-Packet-Type := Do-Not-Respond', '}', 'reject'],
} as const;
type Layer = keyof typeof silence;

function indented(lines: readonly string[], depth: number): string {
  return lines.map((line) => `${'\t'.repeat(depth)}${line}`).join('\n');
}

/** Asks the policy API to check the password. */
function askPolicy(layer: Layer): string {
  return `		Auth-Type directory {
			api_token
			rest {
				fail = 1
				invalid = 1
				notfound = 1
				reject = return
				userlock = return
			}
			# An answer with attributes is "updated", but this section accepts only "ok".
			if (updated) {
				ok
			}
			elsif (!ok) {
${indented(silence[layer], 4)}
			}
		}`;
}

/**
 * Reports a request without a readable password to the policy API, so that an event explains it, and refuses it. Runs in `authorize`,
 * because the module rest requires a password in `authenticate`.
 */
function refuseMethod(layer: Layer): readonly string[] {
  return [
    'update request {',
    `\t&${method.name} := unsupported`,
    '}',
    'api_token',
    'rest_unsupported {',
    '\tfail = 1',
    '\tinvalid = 1',
    '\tnotfound = 1',
    '\treject = return',
    '\tuserlock = return',
    '}',
    ...silence[layer],
  ];
}

/** Sends a password to the policy API, and reports any other request as a method that is not supported. */
function chooseMethod(supported: 'pap' | 'eapTtlsPap', layer: Layer): readonly string[] {
  return [
    'if (&User-Password && !&EAP-Message) {',
    '\tupdate request {',
    `\t\t&${method.name} := ${supported}`,
    '\t}',
    '\tupdate control {',
    '\t\t&Auth-Type := directory',
    '\t}',
    '}',
    'else {',
    ...refuseMethod(layer).map((line) => `\t${line}`),
    '}',
  ];
}

/**
 * Continues EAP unless the device declines EAP-TTLS (NAK). TTLS is the only EAP method of this engine: the others need an NT hash of the
 * password.
 */
const outerAuthorize: readonly string[] = [
  'if (&EAP-Message) {',
  '\teap',
  '\tif (&EAP-Type == NAK) {',
  ...refuseMethod('outer').map((line) => `\t\t${line}`),
  '\t}',
  '}',
  'else {',
  ...chooseMethod('pap', 'outer').map((line) => `\t${line}`),
  '}',
];

const describeRequest = `		update request {
${forgetOwn}
			&${address.name} := "${sourceAddress}"
			&${client.name} := "%{Client-Shortname}"
			&${callingStation.name} := &Calling-Station-Id
			&${calledStation.name} := &Called-Station-Id
		}`;

const postAuth = `	post-auth {
		update reply {
			&Message-Authenticator := 0x00
		}
		Post-Auth-Type REJECT {
			attr_filter.access_reject
			# Adds the EAP failure to a refusal that the module eap did not decide.
			eap
			update reply {
				&Message-Authenticator := 0x00
			}
		}
	}`;

/** The server for clients on the network. */
export function directoryServer({ listen }: Pick<EngineSettings, 'listen'>): string {
  return `server directory {
${listen.map(listenSections).join('\n')}
	authorize {
${describeRequest}
${indented(outerAuthorize, 2)}
	}
	authenticate {
		eap
${askPolicy('outer')}
	}
${postAuth}
	# The directory keeps no accounting records yet. Clients get an answer, because many of them leave a server that does not answer.
	accounting {
		ok
	}
}
`;
}

function listenSections(place: ListenAddress): string {
  return [
    ['auth', place.port],
    ['acct', place.port + 1],
  ]
    .map(([type, port]) => `	listen {\n\t\ttype = ${type}\n\t\t${addressLine(place)}\n\t\tport = ${port}\n\t}`)
    .join('\n');
}

function addressLine({ address }: ListenAddress): string {
  return `${address.includes(':') ? 'ipv6addr' : 'ipv4addr'} = ${configValue(address, 'TANHUA_RADIUS_LISTEN')}`;
}

/**
 * The server for the supervisor and `tanhua radius test`, on a loopback port with its own secret. A test names the client that it
 * represents in NAS-IP-Address or NAS-IPv6-Address.
 */
export function probeServer({ probePort }: Pick<EngineSettings, 'probePort'>): string {
  return `server probe {
	listen {
		type = auth
		ipv4addr = 127.0.0.1
		port = ${probePort}
	}
	client probe {
		ipv4addr = 127.0.0.1
		secret = $ENV{${engineEnvironment.probeSecret}}
		require_message_authenticator = yes
	}
	authorize {
		Autz-Type Status-Server {
			ok
		}
		update request {
${forgetOwn}
			&${address.name} := "%{NAS-IP-Address}%{NAS-IPv6-Address}"
			&${callingStation.name} := &Calling-Station-Id
			&${calledStation.name} := &Called-Station-Id
		}
${indented(chooseMethod('pap', 'outer'), 2)}
	}
	authenticate {
${askPolicy('outer')}
	}
${postAuth}
}
`;
}

/** The server inside of the tunnel of EAP-TTLS. */
export function innerServer(): string {
  return `server inner-tunnel {
	authorize {
		update request {
${forgetOwn}
			&${address.name} := &outer.request:${address.name}
			&${client.name} := &outer.request:${client.name}
			&${callingStation.name} := &outer.request:${callingStation.name}
			&${calledStation.name} := &outer.request:${calledStation.name}
			&${outerName.name} := &outer.request:User-Name
		}
${indented(chooseMethod('eapTtlsPap', 'inner'), 2)}
	}
	authenticate {
${askPolicy('inner')}
	}
	post-auth {
		# The reply has only what the policy API answered: use_tunneled_reply is off, and session-state would add the attributes of TLS.
		update outer.reply {
			&reply: += &reply:
		}
	}
}
`;
}

/** The server that asks the policy API for the secret of an address. The engine remembers the answer. */
export function clientsServer({ clientLifetimeSeconds }: Pick<EngineSettings, 'clientLifetimeSeconds'>): string {
  const anyClient = (name: string, line: string) =>
    `client ${name} {\n\t${line}\n\tdynamic_clients = clients\n\tlifetime = ${clientLifetimeSeconds}\n}\n`;
  return `${anyClient('any_ipv4', 'ipv4addr = 0.0.0.0/0')}${anyClient('any_ipv6', 'ipv6addr = ::/0')}
server clients {
	authorize {
		api_token
		rest_clients
		if (ok || updated) {
			if (&Packet-Src-IP-Address) {
				update control {
					&FreeRADIUS-Client-IP-Address = "%{Packet-Src-IP-Address}"
				}
			}
			else {
				update control {
					&FreeRADIUS-Client-IPv6-Address = "%{Packet-Src-IPv6-Address}"
				}
			}
			ok
		}
		else {
			reject
		}
	}
}
`;
}

/** The path of the policy API that answers for the source of a packet. */
export const clientsPath = `/radius/v1/clients/${sourceAddress}`;
