import { z } from 'zod';
import { CACHE_SECONDS_MAX } from '#radius/credentials/password-cache.ts';
import { radiusMethods } from '#radius/servers/server-store.ts';
import { REPLIES_MAX } from '#radius/servers/reply-attributes.ts';
import { describeFields } from './describe-fields.ts';
import { nameSchema, pathIds } from './route.ts';

const time = z.iso.datetime();
const actionSchema = z.enum(['refuse', 'allow']);

export const radiusServerIdParams = pathIds({ id: 'The id of the RADIUS server: 24 hexadecimal digits.' });
export const radiusClientIdParams = pathIds({
  id: 'The id of the RADIUS server: 24 hexadecimal digits.',
  clientId: 'The id of the RADIUS client: 24 hexadecimal digits.',
});

const entraTexts = {
  'entra.authorityUrl':
    'The URL below which the token endpoints of the tenants are. Default: https://login.microsoftonline.com. A change deletes the client secret.',
  'entra.tenant':
    'The id of the tenant or one of its domains; required with Entra ID. null if passwords are checked by this directory. A change deletes the client secret.',
  'entra.clientId': 'The id of the application in Entra ID; required with Entra ID.',
  'entra.clientSecret':
    'The secret of the application, which is stored encrypted and returned as *****; null for a public client. Sending ***** keeps it.',
  'entra.objectIdAttribute':
    'The attribute of a user that has the object id in Entra ID, such as externalId; null if the object id is bound at the first sign-in. Default: null.',
  'entra.cacheSeconds': `How long a successful check of a password may be reused: 0 to ${CACHE_SECONDS_MAX} seconds. Default: 0, for never.`,
} as const;
const settingTexts = {
  name: 'The name of the server, unique in the organization: 1 to 200 characters without control characters.',
  identityProvider: 'Who checks the passwords: directory or entra. Default: directory.',
  methods: 'How passwords may arrive: pap, eapTtlsPap, or both. Default: both.',
  lockedAccounts: 'refuse or allow people whose account is locked after failed attempts to sign in. Default: refuse.',
  expiredPasswords: 'refuse or allow people whose password has expired. Default: refuse.',
  entra: 'How passwords are checked with Entra ID. It has no effect while identityProvider is directory.',
  ...entraTexts,
} as const;

export const radiusServerAnswer = describeFields(
  z.object({
    _id: z.string(),
    id: z.string(),
    organization: z.string(),
    name: z.string(),
    identityProvider: z.enum(['directory', 'entra']),
    methods: z.array(z.enum(radiusMethods)),
    lockedAccounts: actionSchema,
    expiredPasswords: actionSchema,
    entra: z.object({
      authorityUrl: z.string(),
      tenant: z.string().nullable(),
      clientId: z.string().nullable(),
      clientSecret: z.string().nullable(),
      objectIdAttribute: z.string().nullable(),
      cacheSeconds: z.int(),
    }),
    clients: z.int(),
    created: time,
    lastModified: time,
  }),
  {
    ...settingTexts,
    _id: 'The id of the server: 24 hexadecimal digits.',
    id: 'The same id.',
    organization: 'The id of the organization that the server belongs to: 24 hexadecimal digits.',
    clients: 'The number of its clients.',
    created: 'When the server was created: RFC 3339, in UTC.',
    lastModified: 'When its settings were last changed: RFC 3339, in UTC.',
  },
).meta({
  id: 'radiusserver',
  description: 'A RADIUS server: how the passwords of people who connect to a network are checked.',
});

const text = z.string().trim().min(1).max(1_000);
/** The settings of a server in a request. */
const settingShape = {
  identityProvider: z.enum(['directory', 'entra']).optional(),
  methods: z.array(z.enum(radiusMethods)).max(radiusMethods.length).optional(),
  lockedAccounts: actionSchema.optional(),
  expiredPasswords: actionSchema.optional(),
  entra: z
    .strictObject({
      authorityUrl: text,
      tenant: text.nullable(),
      clientId: text.nullable(),
      clientSecret: text.nullable(),
      objectIdAttribute: text.nullable(),
      cacheSeconds: z.int().min(0).max(CACHE_SECONDS_MAX),
    })
    .partial()
    .optional(),
};
export const radiusServerPost = describeFields(z.strictObject({ name: nameSchema, ...settingShape }), settingTexts);
export const radiusServerShape = { name: nameSchema.optional(), ...settingShape };

const clientTexts = {
  id: 'The id of the client: 24 hexadecimal digits.',
  server: 'The id of the server that the client belongs to.',
  name: 'The name of the client, unique in the server: 1 to 200 characters without control characters.',
  network:
    'The address or the network of its packets: IPv4 or IPv6, such as 192.0.2.1 or 2001:db8::/32. Bits after the prefix are cleared. It must be unique in the installation; of several networks that contain an address, the one with the longest prefix applies.',
  insecure:
    'True if packets without Message-Authenticator are accepted, for devices that cannot send it: an attacker on the path can then forge answers (CVE-2024-3596). Default: false.',
  nextSecretFrom:
    'When the next shared secret replaces the current one: RFC 3339, in UTC; null if no change is planned.',
  created: 'When the client was created: RFC 3339, in UTC.',
  lastModified: 'When the client or its secret was last changed: RFC 3339, in UTC.',
} as const;
const clientShape = {
  id: z.string(),
  server: z.string(),
  name: z.string(),
  network: z.string(),
  insecure: z.boolean(),
  nextSecretFrom: time.nullable(),
  created: time,
  lastModified: time,
};
export const radiusClientAnswer = describeFields(z.object(clientShape), clientTexts).meta({
  id: 'radiusclient',
  description: 'A client of a RADIUS server: an access point, a switch or a VPN gateway.',
});
export const radiusSecretAnswer = describeFields(
  z.object({ ...clientShape, sharedSecret: z.string(), changeAt: time, certainFrom: time }),
  {
    ...clientTexts,
    sharedSecret: 'The new shared secret. It is only in this answer: enter it in the device now.',
    changeAt: 'From when the new secret is valid: RFC 3339, in UTC. Until then, the former one is.',
    certainFrom:
      'From when the new secret is certainly used: 60 seconds later, because the RADIUS engine keeps a client for that long.',
  },
).meta({ id: 'radiusclientsecret', description: 'A RADIUS client with its new shared secret.' });
export const radiusClientPost = describeFields(
  z.strictObject({ name: nameSchema, network: z.string().max(100), insecure: z.boolean().optional() }),
  { name: clientTexts.name, network: clientTexts.network, insecure: clientTexts.insecure },
);
export const radiusClientPutShape = {
  name: nameSchema.optional(),
  network: z.string().max(100).optional(),
  insecure: z.boolean().optional(),
};
export const radiusSecretPost = describeFields(z.strictObject({ changeAt: time.optional() }), {
  changeAt:
    'When the new secret replaces the current one: RFC 3339, in UTC, at most 90 days ahead. Default: now, so that the current one ends at once.',
});

const replyTexts = {
  name: 'The name of the attribute in FreeRADIUS’s dictionaries, such as Filter-Id.',
  tag: 'The tag, 0 to 31, of a tunnel attribute of RFC 2868; null for other attributes.',
  value: 'The value as text: a number or the name of a value, an address, bytes as 0x0a0b, or any text.',
} as const;
const prefixed = (prefix: string, texts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(texts).map(([name, one]) => [`${prefix}.${name}`, one]));
const replyShape = { name: z.string(), tag: z.int().nullable(), value: z.string() };
const groupShape = { id: z.string(), name: z.string() };
const groupTexts = {
  id: 'The id of the group: 24 hexadecimal digits.',
  name: 'The display name of the group.',
} as const;

export const radiusRepliesAnswer = describeFields(z.object({ replies: z.array(z.object(replyShape)) }), {
  replies: 'The reply attributes, in order.',
  ...prefixed('replies', replyTexts),
}).meta({
  id: 'radiusreplies',
  description: 'The attributes that RADIUS servers send to devices when a member of the group connects.',
});
export const radiusRepliesPut = describeFields(
  z.strictObject({
    replies: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(253),
          tag: z.int().nullish(),
          value: z.string().max(1_000),
        }),
      )
      .max(REPLIES_MAX * 10)
      .optional(),
    vlan: z.strictObject({ vlan: z.union([z.int(), z.string().max(253)]), tag: z.int().nullish() }).nullish(),
  }),
  {
    replies: `The reply attributes, in order, at most ${REPLIES_MAX}. Default: they are not changed, apart from the VLAN.`,
    ...prefixed('replies', {
      ...replyTexts,
      name: `${replyTexts.name} The tag may be part of it, as in Tunnel-Type:3.`,
      tag: 'The tag, 0 to 31, of a tunnel attribute of RFC 2868. Default: 0 for these attributes.',
    }),
    vlan: 'The VLAN of the members, which is written as the three tunnel attributes of RFC 3580 §3.31; null removes these attributes.',
    'vlan.vlan': 'The number of the VLAN, 1 to 4094, or its name: at most 32 characters.',
    'vlan.tag': 'The tag of the three attributes: 0 to 31. Default: 0.',
  },
);

const decidedShape = { ...replyShape, group: z.object(groupShape) };
export const radiusPreviewAnswer = describeFields(
  z.object({
    user: z.string(),
    mayConnect: z.boolean(),
    groups: z.array(z.object(groupShape)),
    replies: z.array(z.object(decidedShape)),
    overridden: z.array(z.object({ ...decidedShape, by: z.object(groupShape) })),
  }),
  {
    user: 'The id of the user.',
    mayConnect:
      'True if a group lets the user connect. The state and the password of the account are checked at each connection.',
    groups: 'The groups that let the user connect.',
    ...prefixed('groups', groupTexts),
    replies: 'The reply attributes that the device would get, in order.',
    ...prefixed('replies', { ...replyTexts, group: 'The group that sets the attribute.' }),
    ...prefixed('replies.group', groupTexts),
    overridden:
      'Reply attributes that the device would not get, because a group that was created later sets another value for the same name and tag.',
    ...prefixed('overridden', {
      ...replyTexts,
      group: 'The group that sets the attribute.',
      by: 'The group whose value is sent instead.',
    }),
    ...prefixed('overridden.group', groupTexts),
    ...prefixed('overridden.by', groupTexts),
  },
);
