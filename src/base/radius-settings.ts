import { isIP } from 'node:net';
import { z } from 'zod';
import { withoutBrackets } from './network.ts';

/** The port for RADIUS authentication (RFC 2865 §3). Accounting uses the next port (RFC 2866 §3). */
export const RADIUS_PORT = 1812;
const PORT_MAX = 65_535;
/** Each address needs two sockets, and each access point uses only one or two addresses. */
export const RADIUS_ADDRESSES_MAX = 16;
/** The maximum length of the common name of a certificate, in characters (RFC 5280 appendix A, ub-common-name). */
export const RADIUS_SERVER_NAME_LENGTH_MAX = 64;

/** An address and a port on which the RADIUS server listens for authentication. */
export interface RadiusAddress {
  readonly address: string;
  readonly port: number;
}

/** Parses `192.0.2.1, 192.0.2.2:2812, [2001:db8::1]:1812`. */
function parseAddresses(text: string, context: z.RefinementCtx): readonly RadiusAddress[] {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0 || parts.length > RADIUS_ADDRESSES_MAX) {
    context.addIssue(`must have 1 to ${RADIUS_ADDRESSES_MAX} addresses, separated by commas`);
  }
  return parts.flatMap((part) => {
    const found = parseAddress(part);
    if (found === undefined) {
      context.addIssue(
        `${part} is not an address with an optional port below ${PORT_MAX}: write 192.0.2.1, 192.0.2.1:1812, 2001:db8::1 or [2001:db8::1]:1812`,
      );
    }
    return found ?? [];
  });
}

function parseAddress(text: string): RadiusAddress | undefined {
  const isBracketed = text.startsWith('[') && text.endsWith(']');
  if (isIP(isBracketed ? withoutBrackets(text) : text) !== 0)
    return { address: withoutBrackets(text), port: RADIUS_PORT };
  const { host = '', port } = /^(?<host>\[[0-9a-f:.]+\]|[\d.]+):(?<port>\d{1,5})$/i.exec(text)?.groups ?? {};
  const number = Number(port);
  // The last port is not allowed, because accounting uses the port after it.
  if (isIP(withoutBrackets(host)) === 0 || !(number >= 1 && number < PORT_MAX)) return undefined;
  return { address: withoutBrackets(host), port: number };
}

/** A port that both processes have to know, so it cannot be any free port. */
const fixedPort = z
  .string()
  .regex(/^\d+$/, 'must be a whole number')
  .transform(Number)
  .pipe(z.number().min(1).max(PORT_MAX));

/** The settings of RADIUS, part of `settings` in config.ts. */
export const radiusSettings = {
  TANHUA_RADIUS: {
    description:
      'Whether the server answers the questions of the RADIUS engine: on, off, or auto. auto means on if "tanhua radius setup" has been run.',
    default: 'auto',
    schema: z.enum(['auto', 'on', 'off']),
  },
  TANHUA_RADIUS_LISTEN: {
    description:
      'The addresses for RADIUS, separated by commas, such as 192.0.2.1 or [2001:db8::1]:1812. Accounting uses the next port. :: for all IPv6 addresses.',
    default: '0.0.0.0',
    schema: z.string().transform(parseAddresses),
  },
  TANHUA_RADIUS_API_PORT: {
    description: 'The port on 127.0.0.1 on which the server answers the RADIUS engine.',
    default: '1811',
    schema: fixedPort,
  },
  TANHUA_RADIUS_PROBE_PORT: {
    description:
      'The UDP port on 127.0.0.1 on which the RADIUS engine answers "tanhua radius run" (which checks that it works) and "tanhua radius test".',
    default: '1810',
    schema: fixedPort,
  },
  TANHUA_RADIUS_SERVER_NAME: {
    description: `The name in the RADIUS server certificate that the directory issues, which devices check; ${RADIUS_SERVER_NAME_LENGTH_MAX} characters or fewer. By default, the name of this machine.`,
    default: undefined,
    schema: z
      .string()
      .max(RADIUS_SERVER_NAME_LENGTH_MAX)
      .regex(
        /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i,
        'must be a DNS name, such as radius.contoso.example',
      ),
  },
  TANHUA_RADIUS_CERTIFICATE_PATH: {
    description:
      'The path of a certificate in PEM for RADIUS, with its intermediate certificates, instead of one that the directory issues. Needs TANHUA_RADIUS_KEY_PATH.',
    default: undefined,
    schema: z.string().min(1),
  },
  TANHUA_RADIUS_KEY_PATH: {
    description: 'The path of the private key in PEM, not encrypted, for TANHUA_RADIUS_CERTIFICATE_PATH.',
    default: undefined,
    schema: z.string().min(1),
  },
} as const;
