import { z } from 'zod';
import type { FieldChange } from '#audit/event-types.ts';
import { choiceValues, withChoice } from '#base/choices.ts';

/** A rule that is on or off. */
const onOff = z.boolean();

/** The definitions of the rules of an integration. The preset `strict` follows the guide, `standard` follows only RFC 7643. */
export const ruleDefinitions = {
  userName: {
    schema: z.enum(['username', 'any']),
    strict: 'username',
    standard: 'any',
    description:
      'Which userNames are allowed. username: a letter followed by letters, digits, ".", "_", and "-"; email addresses are rejected. any: any text; the username is derived from the local part of an email address.',
  },
  email: {
    schema: z.enum(['required', 'optional']),
    strict: 'required',
    standard: 'optional',
    description:
      'Whether a user must have a primary email. optional: if none is sent, a userName that is an email address is used.',
  },
  emailFormat: {
    schema: onOff,
    strict: true,
    standard: false,
    description:
      'Whether the primary email must look like an address: one "@" with text on both sides. off: any text is stored, but emails are sent only to addresses.',
  },
  emailUnique: {
    schema: onOff,
    strict: true,
    standard: false,
    description:
      'Whether a user is rejected if another user has the same primary email. off: users may share an email, and then sign in with the username.',
  },
  employeeNumberUnique: {
    schema: onOff,
    strict: true,
    standard: false,
    description:
      'Whether a user is rejected if another user has the same employeeNumber. off: users may share an employeeNumber, for example if an administrator has a second account.',
  },
  groupNameUnique: {
    schema: onOff,
    strict: true,
    standard: false,
    description:
      'Whether a group is rejected if another group has the same displayName. off: groups may have the same name.',
  },
  unknownAttributes: {
    schema: z.enum(['ignore', 'reject']),
    strict: 'ignore',
    standard: 'ignore',
    description:
      'What happens to attributes that are not in a schema. ignore: they are not stored, and the event lists them. reject: the request is rejected.',
  },
  schemas: {
    schema: z.enum(['any', 'patch', 'required']),
    strict: 'any',
    standard: 'patch',
    description:
      'How the attribute "schemas" of a body is checked. any: not at all. patch: a PATCH with operations must contain the PatchOp schema and no other (RFC 7644 §3.5.2); the schema of a user or a group follows from the URL. required: users and groups must also contain their schema, and no unknown schema (RFC 7643 §3).',
  },
  inactiveOnCreate: {
    schema: z.enum(['refuse', 'suspend']),
    strict: 'refuse',
    standard: 'suspend',
    description:
      'What happens if a user is created with active false. refuse: the request is rejected. suspend: the user is created and suspended.',
  },
  create: { schema: onOff, strict: true, standard: true, description: 'Whether users and groups may be created.' },
  update: { schema: onOff, strict: true, standard: true, description: 'Whether users and groups may be changed.' },
  delete: { schema: onOff, strict: true, standard: true, description: 'Whether users and groups may be deleted.' },
  deleteAction: {
    schema: z.enum(['delete', 'suspend']),
    strict: 'delete',
    standard: 'delete',
    description:
      'What DELETE does to a user. delete: deletes the user, who can be restored for 30 days. suspend: suspends the user, whom requests still find.',
  },
  adopt: {
    schema: z.enum(['never', 'unmanaged', 'any']),
    strict: 'unmanaged',
    standard: 'unmanaged',
    description:
      'Which users and groups the integration may adopt: it becomes the owner with its first change of a user or group that it did not create. never: none. unmanaged: those that do not belong to an integration, such as those created by hand. any: also those of other integrations.',
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
      'What happens to a group member that does not exist. refuse: the request is rejected. defer: the value is stored as sent, and becomes a member as soon as a user or group with this id, externalId or userName exists.',
  },
  manager: {
    schema: onOff,
    strict: true,
    standard: true,
    description: 'Whether the manager is stored. off: the manager is ignored.',
  },
  activationMail: {
    schema: z.enum(['never', 'onCreate', 'onActivate']),
    strict: 'never',
    standard: 'never',
    description:
      'When a new user gets an email with a link to set a password. onCreate: when the user is created, if the user is active then. onActivate: also when a staged or suspended user without a password is activated.',
  },
  newUserState: {
    schema: z.enum(['ACTIVATED', 'STAGED']),
    strict: 'ACTIVATED',
    standard: 'ACTIVATED',
    description:
      'The state of a new user. STAGED: the user has no access to anything until an administrator activates the user.',
  },
} as const;

type RuleDefinitions = typeof ruleDefinitions;
export type RuleName = keyof RuleDefinitions;
export type Rules = { readonly [Name in RuleName]: z.output<RuleDefinitions[Name]['schema']> };
export type RulePreset = 'strict' | 'standard';

export const ruleNames = Object.keys(ruleDefinitions) as readonly RuleName[];

/** Returns all rules of a preset. */
export function presetRules(preset: RulePreset): Rules {
  return rulesFrom((name) => ruleDefinitions[name][preset]);
}

/**
 * Parses stored rules. A rule that is missing, because a newer version added it, has its strict value, so that an upgrade does not
 * loosen rules.
 */
export function parseRules(text: string): Rules {
  const stored: Readonly<Record<string, unknown>> = JSON.parse(text);
  return rulesFrom((name) => (Object.hasOwn(stored, name) ? stored[name] : ruleDefinitions[name].strict));
}

/**
 * Returns the rules with one changed rule; its name is case-insensitive. Throws `usage` for an unknown name or an invalid value; the error
 * lists the names or values that are allowed.
 *
 * @example
 * withRule(presetRules('strict'), 'deleteAction', 'suspend').deleteAction; // 'suspend'
 */
export function withRule(rules: Rules, name: string, value: string): Rules {
  return withChoice('rule', ruleDefinitions, rules, name, value);
}

/** Returns the values that a rule can have, in the notation of the command line. */
export function ruleValues(name: RuleName): readonly string[] {
  return choiceValues(ruleDefinitions[name]);
}

/** Returns the preset that sets every rule to its value; null if there is none. */
export function presetOf(rules: Rules): RulePreset | null {
  const presets = ['strict', 'standard'] as const;
  return presets.find((preset) => ruleNames.every((name) => rules[name] === ruleDefinitions[name][preset])) ?? null;
}

/** Returns the rules that differ, as the changes of an event. */
export function changedRules(before: Rules, after: Rules): readonly FieldChange[] {
  return ruleNames
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ field: name, from: before[name], to: after[name] }));
}

function rulesFrom(valueOf: (name: RuleName) => unknown): Rules {
  const entries = ruleNames.map((name) => [name, ruleDefinitions[name].schema.parse(valueOf(name))]);
  return Object.fromEntries(entries);
}
