import { join } from 'node:path';
import { dictionaryText } from './attribute-names.ts';
import { configValue } from './config-value.ts';
import {
  AUTHENTICATE_TIMEOUT_SECONDS,
  ENGINE_LIBRARIES,
  engineEnvironment,
  type EngineSettings,
} from './engine-settings.ts';
import { clientsPath, clientsServer, directoryServer, innerServer, probeServer } from './server-sections.ts';

/** A file of the configuration, with its name in the folder of the configuration. */
export interface EngineFile {
  readonly name: string;
  readonly text: string;
}

/** Requests that the engine works on or keeps the answers of. */
const REQUESTS_MAX = 16_384;
/** Threads that ask the policy API. Requests beyond them wait in the queue. */
const THREADS_MAX = 64;

/** The attributes that a refusal may have (RFC 2865 §5.44, RFC 3579 §3.3). */
const ACCESS_REJECT = `DEFAULT
	EAP-Message =* ANY,
	State =* ANY,
	Message-Authenticator =* ANY,
	Error-Cause =* ANY,
	Reply-Message =* ANY
`;

/**
 * Returns the complete configuration of FreeRADIUS 3.2.7 or newer. It uses no file of /etc/freeradius, so that an update of the package
 * cannot change what the engine does, and it contains no secret: those are in the environment (`engineEnvironment`).
 *
 * Throws `configuration` if a path cannot be written (`configValue`).
 *
 * @param settings the addresses, ports, certificate and limits
 * @returns the files, for the folder that FreeRADIUS gets with -d
 * @example engineFiles(settings).map(({ name }) => name) // ['radiusd.conf', 'dictionary', 'access_reject']
 * @source `man radiusd.conf`; docs/decisions/053-radius-engine.md
 */
export function engineFiles(settings: EngineSettings): readonly EngineFile[] {
  return [
    {
      name: 'radiusd.conf',
      text: [
        mainSection(settings),
        modulesSection(settings),
        policySection,
        clientsServer(settings),
        directoryServer(settings),
        probeServer(settings),
        innerServer(),
      ].join('\n'),
    },
    { name: 'dictionary', text: dictionaryText() },
    { name: 'access_reject', text: ACCESS_REJECT },
  ];
}

function mainSection({ folder, rejectDelaySeconds }: EngineSettings): string {
  const value = configValue(folder, 'TANHUA_DATA_DIR');
  return `# Written by Tanhua: changes are lost at the next start of the engine.
prefix = /usr
localstatedir = ${value}
logdir = ${value}
run_dir = ${value}
confdir = ${value}
libdir = ${ENGINE_LIBRARIES}
max_request_time = 10
# A packet that a client sends again within these seconds gets the same answer, or the same silence.
cleanup_delay = 10
max_requests = ${REQUESTS_MAX}
hostname_lookups = no
# This engine is never a proxy, so a packet with Proxy-State has no purpose here (CVE-2024-3596).
proxy_requests = no
log {
	destination = stdout
	# Events of the directory record each attempt, without the password.
	auth = no
	auth_badpass = no
	auth_goodpass = no
}
security {
	allow_core_dumps = no
	max_attributes = 200
	reject_delay = ${rejectDelaySeconds}
	status_server = yes
	require_message_authenticator = yes
	limit_proxy_state = yes
}
thread pool {
	start_servers = 8
	max_servers = ${THREADS_MAX}
	min_spare_servers = 8
	max_spare_servers = ${THREADS_MAX}
	max_requests_per_server = 0
	max_queue_size = 4096
}
`;
}

function modulesSection(settings: EngineSettings): string {
  return `modules {
	always reject {
		rcode = reject
	}
	always ok {
		rcode = ok
	}
	always handled {
		rcode = handled
	}
	attr_filter attr_filter.access_reject {
		key = "%{User-Name}"
		filename = ${configValue(join(settings.folder, 'access_reject'), 'TANHUA_DATA_DIR')}
	}
${eapModule(settings)}
${restModule('rest', settings, {
  section: 'authenticate',
  path: '/radius/v1/authenticate',
  method: 'post',
  timeout: AUTHENTICATE_TIMEOUT_SECONDS,
  connections: THREADS_MAX,
})}
${restModule('rest rest_unsupported', settings, {
  section: 'authorize',
  path: '/radius/v1/authenticate',
  method: 'post',
  timeout: AUTHENTICATE_TIMEOUT_SECONDS,
  connections: THREADS_MAX,
})}
${restModule('rest rest_clients', settings, {
  section: 'authorize',
  path: clientsPath,
  method: 'get',
  // FreeRADIUS reads no other packet while it waits for this answer.
  timeout: 2,
  connections: 8,
})}
}
`;
}

function eapModule({ certificate }: EngineSettings): string {
  const { certificateFile, keyFile, isKeyEncrypted } = certificate;
  const passphrase = isKeyEncrypted ? `\n\t\t\tprivate_key_password = $ENV{${engineEnvironment.keyPassphrase}}` : '';
  return `	eap {
		default_eap_type = ttls
		timer_expire = 60
		ignore_unknown_eap_types = no
		max_sessions = ${REQUESTS_MAX}
		tls-config tls-common {
			private_key_file = ${configValue(keyFile, 'The path of the private key')}${passphrase}
			certificate_file = ${configValue(certificateFile, 'The path of the certificate')}
			auto_chain = no
			cipher_list = "HIGH:!aNULL:!MD5:!SHA1"
			cipher_server_preference = yes
			tls_min_version = "1.2"
			tls_max_version = "1.3"
			ecdh_curve = "prime256v1"
			# A suspended user must not connect with a session from before.
			cache {
				enable = no
			}
		}
		ttls {
			tls = tls-common
			default_eap_type = gtc
			copy_request_to_tunnel = no
			use_tunneled_reply = no
			virtual_server = "inner-tunnel"
		}
	}`;
}

interface RestOptions {
  readonly section: 'authenticate' | 'authorize';
  readonly path: string;
  readonly method: 'get' | 'post';
  /** Seconds. */
  readonly timeout: number;
  readonly connections: number;
}

function restModule(name: string, { apiPort }: EngineSettings, options: RestOptions): string {
  const { section, path, method, timeout, connections } = options;
  return `	${name} {
		connect_uri = "http://127.0.0.1:${apiPort}"
		connect_timeout = 1.0
		${section} {
			uri = "http://127.0.0.1:${apiPort}${path}"
			method = '${method}'${method === 'post' ? "\n\t\t\tbody = 'json'" : ''}
			force_to = 'json'
			timeout = ${timeout.toFixed(1)}
		}
		pool {
			# The engine also starts while the directory does not run, and reaches it one second after its start.
			start = 0
			min = 0
			max = ${connections}
			spare = ${connections}
			uses = 0
			retry_delay = 1
			lifetime = 0
			idle_timeout = 60
		}
	}`;
}

const policySection = `policy {
	api_token {
		update control {
			&REST-HTTP-Header := "Authorization: Bearer $ENV{${engineEnvironment.token}}"
		}
	}
}
`;
