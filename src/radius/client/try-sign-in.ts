import { isIPv6 } from 'node:net';
import { AppError } from '#base/errors.ts';
import { askForClient, type KnownClient } from './ask-policy-api.ts';
import { exchange, type Exchange, type Target } from './radius-exchange.ts';
import {
  attributeTypes,
  PACKET_PASSWORD_BYTES_MAX,
  passwordAttribute,
  radiusCodes,
  textAttribute,
  type Attribute,
  type Reply,
} from './radius-packet.ts';

const STATUS_MS = 2_000;
/** Longer than the engine waits for a decision, plus the delay of a refusal. */
const REPLY_MS = 9_000;

export interface SignInTry {
  readonly userName: string;
  readonly password: string;
  /** The address of the RADIUS client that the test represents. */
  readonly client: string;
  /** The address of the device; undefined for none. */
  readonly callingStation: string | undefined;
}

export interface ChainPlace {
  readonly apiPort: number;
  readonly probePort: number;
  readonly token: string;
  readonly probeSecret: string;
}

/** One part of the chain, with what happened in words. */
export interface ChainStep {
  readonly step: string;
  readonly outcome: 'ok' | 'failed';
  readonly detail: string;
}

const clientDetails: Readonly<Record<KnownClient, (address: string, port: number) => string>> = {
  known: (address) => `the server knows a RADIUS client with the address ${address}`,
  unknown: (address) =>
    `the server knows no RADIUS client with the address ${address}, so that the engine ignores its packets: add the address to a RADIUS server, or name another one with --client`,
  fault: () =>
    'the server refuses the question: its log has the reason. If it says that the token is wrong, the server and this command have different values of TANHUA_DATA_DIR',
  unreachable: (_address, port) =>
    `the server does not answer on port ${port} of 127.0.0.1: start it with "npm start", and check TANHUA_RADIUS and TANHUA_RADIUS_API_PORT`,
};

/**
 * Tries a sign-in through the whole chain with a real RADIUS packet: the policy API, the engine, and the decision about the password. Ends at
 * the first part that does not work. The last step is `ok` only if the sign-in was accepted.
 *
 * Throws `usage` if the password is longer than PACKET_PASSWORD_BYTES_MAX bytes.
 *
 * @param wanted who signs in, and which client they use
 * @param place the ports and secrets of this machine
 */
export async function trySignIn(wanted: SignInTry, place: ChainPlace): Promise<readonly ChainStep[]> {
  const { client } = wanted;
  const password = Buffer.from(wanted.password, 'utf8');
  if (password.length > PACKET_PASSWORD_BYTES_MAX) {
    throw new AppError(
      'usage',
      `The password has ${password.length} bytes, but a RADIUS packet has room for ${PACKET_PASSWORD_BYTES_MAX}. Devices can send a longer one with EAP-TTLS only.`,
    );
  }
  const known = await askForClient({ port: place.apiPort, token: place.token }, client);
  const detail = clientDetails[known](client, place.apiPort);
  if (known !== 'known') return [{ step: 'server', outcome: 'failed', detail }];
  const target = { address: '127.0.0.1', port: place.probePort, secret: place.probeSecret };
  const status = await exchange(target, radiusCodes.statusServer, () => [], { timeoutMs: STATUS_MS });
  const steps: readonly ChainStep[] = [{ step: 'server', outcome: 'ok', detail }, engineStep(status, place)];
  if (status.kind !== 'reply') return steps;
  const result = await sendPassword(target, wanted, password);
  return [...steps, ...replySteps(result)];
}

async function sendPassword(target: Target, wanted: SignInTry, password: Buffer): Promise<Exchange> {
  const { userName, client, callingStation } = wanted;
  return await exchange(
    target,
    radiusCodes.accessRequest,
    (authenticator) => [
      textAttribute(attributeTypes.userName, userName),
      passwordAttribute(password, authenticator, target.secret),
      addressAttribute(client),
      ...(callingStation === undefined ? [] : [textAttribute(attributeTypes.callingStationId, callingStation)]),
    ],
    { timeoutMs: REPLY_MS },
  );
}

/** The engine's port for tests reads the address of the represented client from NAS-IP-Address or NAS-IPv6-Address. */
function addressAttribute(address: string): Attribute {
  if (!isIPv6(address)) {
    return { type: attributeTypes.nasIpAddress, value: Buffer.from(address.split('.').map(Number)) };
  }
  return { type: attributeTypes.nasIpv6Address, value: ipv6Bytes(address) };
}

function ipv6Bytes(address: string): Buffer {
  // A URL writes an IPv6 address in one form, with at most one "::" and without an IPv4 part.
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function engineStep(status: Exchange, { probePort }: ChainPlace): ChainStep {
  const failed = (detail: string) => ({ step: 'engine', outcome: 'failed' as const, detail });
  switch (status.kind) {
    case 'reply':
      return { step: 'engine', outcome: 'ok', detail: `FreeRADIUS answers on port ${probePort}` };
    case 'closed':
      return failed(`no engine listens on port ${probePort} of 127.0.0.1: start it with "tanhua radius run"`);
    case 'silence':
      return failed('the engine does not answer: it hangs, and "tanhua radius run" replaces it within 20 seconds');
    case 'invalid':
      return failed(
        `a program answers on port ${probePort}, but ${status.reason}: "tanhua radius run" was started with another TANHUA_DATA_DIR, or another program uses the port`,
      );
  }
}

function replySteps(result: Exchange): readonly ChainStep[] {
  if (result.kind !== 'reply') {
    const detail =
      result.kind === 'invalid'
        ? `the engine's reply cannot be trusted: ${result.reason}`
        : "the engine stays silent, so that clients ask their next server: the server or the identity provider has a fault. The log of the server and the user's events have the reason";
    return [{ step: 'sign-in', outcome: 'failed', detail }];
  }
  const { reply } = result;
  const isFirst = reply.startsWithMessageAuthenticator ? 'its first attribute' : 'present';
  return [
    {
      step: 'reply',
      outcome: reply.startsWithMessageAuthenticator ? 'ok' : 'failed',
      detail: `the reply is authentic; Message-Authenticator is ${isFirst}`,
    },
    decisionStep(reply),
  ];
}

function decisionStep({ code, attributes }: Reply): ChainStep {
  const text = (type: number) => {
    const found = attributes.find((one) => one.type === type)?.value;
    return found === undefined ? undefined : textOf(type, found);
  };
  if (code === radiusCodes.accessAccept) {
    const vlan = text(attributeTypes.tunnelPrivateGroupId);
    const others = attributes.length - 1;
    const detail = `accepted as ${text(attributeTypes.userName) ?? 'the same name'}${vlan === undefined ? '' : `, in VLAN ${vlan}`} (${others} reply attributes)`;
    return { step: 'sign-in', outcome: 'ok', detail };
  }
  const message = text(attributeTypes.replyMessage);
  const reason = message === undefined ? '' : ` with the message "${message}"`;
  return {
    step: 'sign-in',
    outcome: 'failed',
    detail: `refused${reason}: the user's events have the reason ("tanhua event list --type radius_auth_attempt")`,
  };
}

/** Tunnel-Private-Group-Id begins with a tag if its first byte is below 0x20 (RFC 2868 §3.6). */
function textOf(type: number, value: Buffer): string {
  const hasTag = type === attributeTypes.tunnelPrivateGroupId && (value[0] ?? 0) <= 0x1f;
  return (hasTag ? value.subarray(1) : value).toString('utf8');
}
