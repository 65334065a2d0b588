import { z } from 'zod';
import { choiceValues, withChoice } from '#base/choices.ts';

/** A rule that is switched on or off. */
const onOff = z.boolean();

/** Every rule of an integration. `strict` is the guide, `standard` is plain RFC 7643. */
export const ruleDefinitions = {
  userName: {
    schema: z.enum(['username', 'any']),
    strict: 'username',
    standard: 'any',
    description:
      'username: a letter, then letters, digits, ".", "_" and "-", and no e-mail address. any: anything; the username is derived from the local part of an e-mail address.',
  },
  email: {
    schema: z.enum(['required', 'optional']),
    strict: 'required',
    standard: 'optional',
    description:
      'Whether a user must have a primary e-mail. optional: a userName that is an address serves when none is sent.',
  },
  emailFormat: {
    schema: onOff,
    strict: true,
    standard: false,
    description:
      'Whether the primary e-mail must look like an address: one "@" with text on both sides. off: any text is kept; mail is sent to an address only.',
  },
  emailUnique: {
    schema: onOff,
    strict: true,
    standard: false,
    description:
      'Whether a user is refused whose primary e-mail belongs to another user. off: users may share an e-mail, and then sign in with the username.',
  },
  employeeNumberUnique: {
    schema: onOff,
    strict: true,
    standard: false,
    description:
      "Whether a user is refused whose employeeNumber belongs to another user. off: users may share it, as an administrator's second account does.",
  },
  groupNameUnique: {
    schema: onOff,
    strict: true,
    standard: false,
    description:
      'Whether a group is refused whose displayName belongs to another group. off: groups may have the same name.',
  },
  unknownAttributes: {
    schema: z.enum(['ignore', 'reject']),
    strict: 'ignore',
    standard: 'ignore',
    description: 'What happens to attributes that no schema has. ignore: they are left out, and the event lists them.',
  },
  schemas: {
    schema: z.enum(['any', 'patch', 'required']),
    strict: 'any',
    standard: 'patch',
    description:
      'How schemas of a body is read. any: it decides nothing. patch: a PATCH with operations needs its schema, and no other (RFC 7644 §3.5.2); the schema of a user or a group is known from the address. required: users and groups need theirs as well, and no unknown one (RFC 7643 §3).',
  },
  inactiveOnCreate: {
    schema: z.enum(['refuse', 'suspend']),
    strict: 'refuse',
    standard: 'suspend',
    description: 'What happens when a user is created with active false. suspend: the user is created suspended.',
  },
  create: { schema: onOff, strict: true, standard: true, description: 'Whether users and groups may be created.' },
  update: { schema: onOff, strict: true, standard: true, description: 'Whether users and groups may be changed.' },
  delete: { schema: onOff, strict: true, standard: true, description: 'Whether users and groups may be deleted.' },
  deleteAction: {
    schema: z.enum(['delete', 'suspend']),
    strict: 'delete',
    standard: 'delete',
    description:
      'What DELETE does to a user. delete: deleted, restorable for 30 days. suspend: suspended, and still found.',
  },
  adopt: {
    schema: z.enum(['never', 'unmanaged', 'any']),
    strict: 'unmanaged',
    standard: 'unmanaged',
    description:
      'Which users and groups the integration may adopt, by its first change of one that it did not create. never: none. unmanaged: those that do not belong to an integration, such as those created by hand. any: those of other integrations as well.',
  },
  groups: {
    schema: onOff,
    strict: true,
    standard: true,
    description: 'Whether groups are supported. off: the list of groups is empty, so that Test Connection succeeds.',
  },
  unknownMembers: {
    schema: z.enum(['refuse', 'defer']),
    strict: 'refuse',
    standard: 'refuse',
    description:
      'What happens to a member of a group that does not exist. refuse: the request is refused. defer: the member is kept as sent, and becomes one when a user or group with that id, externalId or userName arrives.',
  },
  manager: {
    schema: onOff,
    strict: true,
    standard: true,
    description: 'Whether the manager is kept. off: it is ignored.',
  },
  activationMail: {
    schema: z.enum(['never', 'onCreate', 'onActivate']),
    strict: 'never',
    standard: 'never',
    description:
      'Whether a new user gets a mail with a link to set a password. onCreate: with the creation, if the user is active then. onActivate: that too, and when a staged or suspended user without a password is activated.',
  },
  newUserState: {
    schema: z.enum(['ACTIVATED', 'STAGED']),
    strict: 'ACTIVATED',
    standard: 'ACTIVATED',
    description:
      'The state of a new user. STAGED: without access to anything until an administrator activates the user.',
  },
} as const;

type RuleDefinitions = typeof ruleDefinitions;
export type RuleName = keyof RuleDefinitions;
export type Rules = { readonly [Name in RuleName]: z.output<RuleDefinitions[Name]['schema']> };
export type RulePreset = 'strict' | 'standard';

const ruleNames = Object.keys(ruleDefinitions) as readonly RuleName[];

export function presetRules(preset: RulePreset): Rules {
  return rulesFrom((name) => ruleDefinitions[name][preset]);
}

/**
 * Rules as they were stored. A rule that a newer version added has its strict value, so that an upgrade loosens nothing.
 */
export function parseRules(text: string): Rules {
  const stored: Readonly<Record<string, unknown>> = JSON.parse(text);
  return rulesFrom((name) => (Object.hasOwn(stored, name) ? stored[name] : ruleDefinitions[name].strict));
}

/** Rules with one changed. Throws `usage` that lists the names, or the values, that there are. */
export function withRule(rules: Rules, name: string, value: string): Rules {
  return withChoice('rule', ruleDefinitions, rules, name, value);
}

/** The values that a rule can have, as the command line writes them. */
export function ruleValues(name: RuleName): readonly string[] {
  return choiceValues(ruleDefinitions[name]);
}

function rulesFrom(valueOf: (name: RuleName) => unknown): Rules {
  const entries = ruleNames.map((name) => [name, ruleDefinitions[name].schema.parse(valueOf(name))]);
  return Object.fromEntries(entries);
}
