/** Why an attribute cannot be a reply attribute. */
export type RefusedAttribute = 'engine' | 'credential' | 'secret' | 'control' | 'container';

/** The messages of refusals about RADIUS servers, in English. `zh-radius-server-messages.ts` has them in Chinese. */
export const radiusServerMessages = {
  unknown: (id: string) => `There is no RADIUS server ${id}.`,
  unknownAmong: (name: string, known: string) =>
    `There is no RADIUS server ${name}. ${known === '' ? 'The organization has none yet.' : `There are ${known}.`}`,
  named: (name: string) => `The RADIUS server ${name}`,
  clientNamed: (name: string) => `The RADIUS client ${name}`,
  repliesOf: (name: string) => `The list of reply attributes of the group ${name}`,
  nameTaken: (name: string) => `The organization already has a RADIUS server ${name}: choose another name.`,
  tooMany: (max: number) => `An organization has at most ${max} RADIUS servers: delete one first.`,
  entraMissing: (field: string) =>
    `${field} is missing: the passwords of this RADIUS server's users are checked by Entra ID, which needs it.`,
  authorityUrl: (url: string) =>
    `authorityUrl is ${url}, which passwords cannot be sent to: write an address that begins with https://, without a user, a query or a fragment, such as https://login.microsoftonline.com. Only an address of this machine may begin with http://.`,
  tenant: (tenant: string) =>
    `tenant is ${tenant}: write the id of the tenant or one of its domains. A name such as "common" or "organizations" would also accept people of other tenants.`,
  objectIdAttribute: (path: string) =>
    `objectIdAttribute is ${path}, which is not a text attribute of users: write its path, such as externalId, or null to bind the object id at the first sign-in.`,
  noMethod: 'methods is empty: name pap, eapTtlsPap, or both.',
  network: (network: string) =>
    `${network} is neither an address nor a network: write 192.0.2.1, 192.0.2.0/24, 2001:db8::1 or 2001:db8::/32.`,
  networkTooLarge: (network: string, min: number) =>
    `The network ${network} is too large: its prefix must have at least ${min} bits, because each address belongs to one organization of this installation. Name the networks in which your devices are.`,
  networkTaken: (network: string) =>
    `The network ${network} already belongs to a RADIUS client: choose another one, or a smaller network within it. The client may be of another organization of this installation.`,
  unknownClient: (id: string) => `The RADIUS server has no client ${id}.`,
  unknownClientAmong: (name: string, known: string) =>
    `The RADIUS server has no client ${name}. ${known === '' ? 'It has none yet.' : `There are ${known}.`}`,
  clientNameTaken: (name: string) => `The RADIUS server already has a client ${name}: choose another name.`,
  tooManyClients: (max: number) => `A RADIUS server has at most ${max} clients: remove one first.`,
  changeAtPast: (at: string) =>
    `changeAt is ${at}, which is in the past: give a future time, or leave it out to change the secret now.`,
  changeAtFar: (at: string, days: number) => `changeAt is ${at}: give a time within the next ${days} days.`,
  unknownGroup: (id: string) => `There is no group ${id}.`,
  notAssociated: (group: string, server: string) =>
    `The group ${group} may not connect through the RADIUS server ${server}: nothing was changed.`,
  tooManyGroups: (max: number) => `At most ${max} groups may connect through a RADIUS server: remove one first.`,
  targets: 'targets must be user_group: only groups are connected to RADIUS servers.',
  noUser: 'user is missing: give the id of the user.',
  replies: {
    unknown: (name: string, meant: string | undefined) =>
      `FreeRADIUS has no attribute ${name}.${meant === undefined ? ' Write the name as the dictionary of the device’s vendor does, such as Filter-Id or Cisco-AVPair.' : ` Did you mean ${meant}?`}`,
    refused: (name: string, why: RefusedAttribute) =>
      `${name} cannot be a reply attribute: ${
        {
          engine:
            'the RADIUS engine sets it for each answer, and another value would break or weaken the authentication.',
          credential: 'it belongs to the exchange of credentials, and another value would break the authentication.',
          secret: 'it has a secret, and all administrators who may read groups could read it.',
          control: 'it controls FreeRADIUS itself, and no answer has it.',
          container: 'it only contains other attributes. Write the attribute inside it.',
        }[why]
      }`,
    noTag: (name: string) => `${name} has no tag: leave out the tag. Only the tunnel attributes of RFC 2868 have one.`,
    tagRange: (tag: string) => `The tag is ${tag}: write a whole number from 0 to 31 (RFC 2868).`,
    severalTags: (name: string) => `${name} has a tag in its name and in the field tag: write one of them.`,
    empty: (name: string) => `The value of ${name} is empty.`,
    tooLong: (name: string, bytes: number, max: number) =>
      `The value of ${name} has ${bytes} bytes, and at most ${max} fit into a RADIUS attribute: shorten it.`,
    control: (name: string) => `The value of ${name} has control characters: remove them.`,
    named: (name: string, value: string, meant: string | undefined, known: string) =>
      `${name} has no value ${value}.${meant === undefined ? ` Write a number, or one of ${known}.` : ` Did you mean ${meant}?`}`,
    number: (name: string, value: string, max: string) =>
      `The value of ${name} is ${value}: write a whole number from 0 to ${max}.`,
    form: (name: string, value: string, example: string) =>
      `The value of ${name} is ${value}, which does not have the form of this attribute: write it like ${example}.`,
    tooMany: (count: number, max: number) =>
      `There are ${count} reply attributes, and a group has at most ${max}: remove some.`,
    tooLarge: (bytes: number, max: number) =>
      `The reply attributes have ${bytes} bytes in total, and at most ${max} fit into an answer: shorten or remove some.`,
    vlanId: (vlan: string) =>
      `The VLAN is ${vlan}: write its number from 1 to 4094, or its name, which has at most 32 characters and no control characters.`,
  },
} as const;
