import { count } from './counts.ts';
import { setupOfEntra } from './source-setup-entra.ts';
import { setupOfOkta } from './source-setup-okta.ts';
import { setupOfOther } from './source-setup-other.ts';

export const sourceSetup = {
  label: (source: string) => `Set-up of ${source}`,
  done: 'done',
  now: 'current step',
  later: 'later',
  stepLabel: (step: number, state: string) => `Step ${step}, ${state}`,
  finished: (source: string) => `${source} is connected, and sends people.`,
  product: 'Steps for',
  products: { entra: 'Entra ID', okta: 'Okta', other: 'another product' },
  chip: { cycle: 'waiting for more people', person: 'waiting for the first person' },
  /** The texts that name the screens of a product. */
  of: { entra: setupOfEntra, okta: setupOfOkta, other: setupOfOther },
  createToken: 'Create token…',
  newToken: 'Create another…',
  hidden: (prefix: string) => `${prefix}••••••••••••••••`,
  noToken: 'no token yet',
  cannotListen: 'Your role cannot read requests, so they do not appear here.',
  answered: (status: number) => `answered ${status}`,
  groupsOff: 'The rule Groups is off, so groups are answered with an empty list. The test still succeeds.',
  problems: {
    keyExpired: (source: string, token: string) =>
      `The ${token} in ${source} has expired. Create another one and enter it in ${source}.`,
    keyRevoked: (source: string, token: string) =>
      `The ${token} in ${source} was revoked. Create another one and enter it in ${source}.`,
    keyAddress: (source: string, token: string) =>
      `The ${token} may not be used from the address of ${source}. Change its allowed addresses under Keys.`,
    roleForbidden: () => 'The key belongs to a role that cannot provision. Create a token here instead.',
    unknownToken: (_source: string, token: string) =>
      `A request arrived with a ${token} that this server does not know. Copy the ${token} again, or create another one.`,
    withoutToken: (_source: string, token: string) => `A request arrived without a ${token} in the right form.`,
    path: (_source: string, _token: string, url: string) =>
      `The path is wrong. Copy the ${url} above exactly, to its end.`,
    other: (source: string) => `${source} was refused. Open the request to see why.`,
  },
  sentFrom: (requests: number, address: string) => `${count(requests, 'request', 'requests')} from ${address}.`,
  openRequest: 'Open the request',
  blocked: 'Nothing has arrived for a minute. This may block it:',
  blockers: {
    private: (host: string, source: string) =>
      `${host} is an address that only this machine or network can reach. ${source} needs a public https address: set TANHUA_PUBLIC_URL.`,
    token: (token: string) =>
      `A ${token} that this server cannot attribute to this organization. Create another one above.`,
    http: (source: string) =>
      `The URL starts with http. ${source} needs https with a certificate of a public authority, and TLS 1.2 or newer.`,
    url: (source: string) => `Another URL in ${source}. Copy the one above exactly.`,
  },
  fits: {
    strict: (source: string) =>
      `The rules of this source refuse addresses as user names. ${source} usually sends addresses.`,
    any: 'The rules of this source accept addresses as user names.',
    change: 'Accept addresses as user names…',
  },
  attributes: 'Show what each attribute becomes',
  arrived: (people: number) => `${count(people, 'person has', 'people have')} arrived.`,
  listeningPerson: 'Listening. The person appears here.',
  open: (name: string) => `Open ${name}`,
  why: 'why, and the fix',
  watch: 'Watch the requests',
} as const;
