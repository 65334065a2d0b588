import type { ErrorCode } from '#base/error-table.ts';
import { quote } from '#base/errors.ts';
import { adviceAt, defineReason, sameAdvice, type Interface, type NameOf } from './reason.ts';
import { PRIMARY_EMAIL, ruleCommand } from './user-reasons.ts';

const EMPLOYEE_NUMBER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber';

/** Attributes whose values must be unique among users or among groups, and how Entra ID maps and matches them. */
export const collidingAttributes = {
  userName: { code: 'userNameTaken', attribute: 'userName', match: 'userName', source: 'mailNickname' },
  username: { code: 'userNameTaken', attribute: 'userName', match: 'userName', source: 'mailNickname' },
  email: { code: 'emailTaken', attribute: PRIMARY_EMAIL, match: 'the email', source: 'address', rule: 'emailUnique' },
  employeeNumber: {
    code: 'employeeNumberTaken',
    attribute: EMPLOYEE_NUMBER,
    match: 'employeeNumber',
    source: 'employeeId',
    rule: 'employeeNumberUnique',
  },
  displayName: { code: 'groupNameTaken', attribute: 'displayName', match: 'displayName', source: 'displayName' },
} as const satisfies Readonly<Record<string, CollidingAttribute>>;

interface CollidingAttribute {
  readonly code: ErrorCode;
  readonly attribute: string;
  /** The attribute that Entra ID can match on, so that it updates the existing user. */
  readonly match: string;
  /** The attribute of Entra ID that the value comes from. */
  readonly source: string;
  /** The rule of the integration that lets users share the value. */
  readonly rule?: string;
}

export type CollidingName = keyof typeof collidingAttributes;

/** The state of the user who has a conflicting value, as far as it matters to the caller. */
export type OwnerState = 'active' | 'staged' | 'suspended' | 'passwordExpired';

/** Each list has one entry per colliding value. Entries of one owner are adjacent, and the userName comes first. */
export type Taken = {
  readonly kind: 'user' | 'group';
  readonly names: readonly CollidingName[];
  readonly values: readonly string[];
  readonly owners: readonly string[];
  readonly ownerIds: readonly string[];
  readonly ownerStates: readonly OwnerState[];
  readonly integration: string | undefined;
  /** True if the caller is a user, who must not learn about other users. */
  readonly isByUser: boolean;
  /** True if the request restores a deleted user. */
  readonly isRestoring: boolean;
  /** A user who had the userName until recently; undefined if there is none. */
  readonly deleted: string | undefined;
  readonly deletedId: string | undefined;
  /** The last day on which the deleted user can be restored. */
  readonly restorableUntil: string | undefined;
};

const sample: Taken = {
  kind: 'user',
  names: ['userName'],
  values: ['ann'],
  owners: ['ann'],
  ownerIds: ['2819c223'],
  ownerStates: ['active'],
  integration: 'Entra ID',
  isByUser: false,
  isRestoring: false,
  deleted: undefined,
  deletedId: undefined,
  restorableUntil: undefined,
};

/** Reasons why a user or a group cannot get certain values. */
export const conflictReasons = {
  valuesTaken: defineReason({
    code: 'userNameTaken',
    codeFor: ({ names: [first = 'userName'] }: Taken) => collidingAttributes[first].code,
    says: describeTaken,
    // The text about several users gives its advice after each of them.
    includesAdvice: true,
    advice: (taken) => {
      const owner = onlyOwner(taken);
      return owner === undefined
        ? sameAdvice('')
        : adviceAt((at) => (at === 'portal' ? '' : adviceFor(taken, owner, at)));
    },
    examples: [
      sample,
      { ...sample, names: ['email'], values: ['ann@contoso.example'], ownerStates: ['suspended'] },
      {
        ...sample,
        names: ['email', 'employeeNumber'],
        values: ['ann@contoso.example', '7'],
        owners: ['ann', 'bob'],
        ownerIds: ['2819c223', '2819c224'],
        ownerStates: ['active', 'active'],
        deleted: 'cid',
        deletedId: '2819c225',
        restorableUntil: '2026-12-31',
      },
      { ...sample, isRestoring: true },
      { ...sample, kind: 'group', names: ['displayName'], values: ['Sales'], owners: ['Sales'] },
    ],
  }),
} as const;

/** One colliding value. */
export interface Collision {
  readonly name: CollidingName;
  readonly value: string;
}

export interface Owner {
  readonly id: string;
  readonly name: string;
  readonly state: OwnerState;
  readonly collisions: readonly Collision[];
}

function describeTaken(taken: Taken, nameOf: NameOf, at: Interface): string {
  const owners = ownersOf(taken);
  const all = owners.flatMap(({ collisions }) => collisions);
  const listOf = (collisions: readonly Collision[]) =>
    listed(collisions.map(({ name, value }) => `${shownName(name, nameOf, at)} ${quote(value)}`));
  if (taken.isByUser || at === 'portal') {
    return `${listOf(all)} already ${belong(all)} to another ${taken.kind}. ${adviseOtherValues(all, at)}`;
  }
  const sentences = owners.map((owner) => {
    const { collisions, name, id, state } = owner;
    const ownerText = `the ${taken.kind} ${quote(name)} (id ${id})${stateWords[state]}`;
    const fact = `${listOf(collisions)} already ${belong(collisions)} to ${ownerText}.`;
    return onlyOwner(taken) === undefined ? `${fact} ${adviceFor(taken, owner, at)}` : fact;
  });
  const { deleted, deletedId, restorableUntil } = taken;
  if (deleted !== undefined) {
    sentences.push(
      `The user ${quote(deleted)} (id ${deletedId}) was deleted, and can be restored until ${restorableUntil}: if this is the same person, an administrator runs: tanhua user restore ${deletedId}.`,
    );
  }
  return sentences.join(' ');
}

/** Returns the user or the group that has all of the values, if the advice is about nothing else. */
export function onlyOwner(taken: Taken): Owner | undefined {
  const [owner, ...others] = ownersOf(taken);
  return others.length === 0 && taken.deleted === undefined && !taken.isByUser ? owner : undefined;
}

export function ownersOf({ names, values, owners, ownerIds, ownerStates }: Taken): readonly Owner[] {
  const found = new Map<string, Owner>();
  for (const [index, name] of names.entries()) {
    const id = ownerIds[index] ?? '';
    const known = found.get(id) ?? {
      id,
      name: owners[index] ?? '',
      state: ownerStates[index] ?? 'active',
      collisions: [],
    };
    found.set(id, { ...known, collisions: [...known.collisions, { name, value: values[index] ?? '' }] });
  }
  return [...found.values()];
}

/** Returns the name of an attribute at an interface. The displayName of a group is `name` outside SCIM. */
export function shownName(name: CollidingName, nameOf: NameOf, at: Interface): string {
  if (name === 'displayName' && at !== 'scim') return at === 'portal' ? 'Name' : 'name';
  return nameOf(collidingAttributes[name].attribute);
}

function belong(collisions: readonly Collision[]): string {
  return collisions.length === 1 ? 'belongs' : 'belong';
}

function listed(words: readonly string[]): string {
  return new Intl.ListFormat('en-US', { style: 'long', type: 'conjunction' }).format(words);
}

const stateWords: Readonly<Record<OwnerState, string>> = {
  active: '',
  staged: ', who is not activated yet',
  suspended: ', who is suspended',
  passwordExpired: ', who is inactive because the password has expired',
};

const verbs: Readonly<Record<Interface, string>> = {
  scim: 'Send',
  rest: 'Send',
  csv: 'Write',
  commandLine: 'Give',
  portal: 'Enter',
};

function adviseOtherValues({ length }: readonly Collision[], at: Interface): string {
  return `${verbs[at]} ${length === 1 ? 'a different one' : 'different ones'}.`;
}

function adviceFor({ kind, integration, isRestoring }: Taken, owner: Owner, at: Interface): string {
  const { collisions, state, id } = owner;
  if (isRestoring) return restoreAdvice(collisions, at);
  if (kind === 'group') return groupAdvice(integration, at);
  const isSuspended = state === 'suspended';
  if (at === 'scim') {
    const advice = sourceAdvice(collisions, integration);
    return isSuspended
      ? `${advice} If the person was rehired, matching is enough: Entra ID then sends active true, which activates the suspended user.`
      : advice;
  }
  const advice = adviseOtherValues(collisions, at);
  return isSuspended
    ? `${advice} If both are one person, activate that user instead: PUT /api/systemusers/${id} {"state":"ACTIVATED"}.`
    : advice;
}

/** The fields of the REST API and the options of `tanhua user restore` that give a restored user other values. */
export const restoreNames: Readonly<Record<CollidingName, { readonly field: string; readonly option: string }>> = {
  userName: { field: 'username', option: '--username' },
  username: { field: 'username', option: '--username' },
  email: { field: 'email', option: '--email' },
  employeeNumber: { field: 'employeeIdentifier', option: '--employee-identifier' },
  displayName: { field: 'name', option: '--name' },
};

/** Says how to restore the user in spite of the conflict. */
function restoreAdvice(collisions: readonly Collision[], at: Interface): string {
  const all = collisions.map(({ name }) => restoreNames[name]);
  const options = [...new Set(all.map(({ option }) => `${option} NEW`))].join(' ');
  const fields = [...new Set(all.map(({ field }) => field))].join(', ');
  const names = at === 'commandLine' ? options : `send ${fields} with the request`;
  return `Change or delete that user first, or restore with other names: ${names}.`;
}

/** Says what the administrator of an identity source can do about the values of one other user. */
function sourceAdvice(collisions: readonly Collision[], integration: string | undefined): string {
  const known: readonly CollidingAttribute[] = collisions.map(({ name }) => collidingAttributes[name]);
  const [first = 'userName'] = collisions.map(({ name }) => name);
  const corrected = listed([...new Set(known.map(({ source }) => `another ${source}`))]);
  if (first === 'username') {
    return `The directory derived this username for another user: give one of the two another userName${known.length === 1 ? '' : `, and ${corrected}`}.`;
  }
  const match = `If both are the same person, match on ${collidingAttributes[first].match} in Entra ID, so that the existing user is updated`;
  const rules = known.flatMap(({ rule }) => rule ?? []);
  // A userName is unique under all rules.
  if (rules.length < known.length) return `${match}; or give one of the two ${corrected}.`;
  const [rule = '', ...others] = rules;
  const command = [ruleCommand(integration, rule, 'off'), ...others.map((other) => `${other}=off`)].join(' ');
  return `${match}; or give one of the two ${corrected}; or let users share it: ${command}.`;
}

function groupAdvice(integration: string | undefined, at: Interface): string {
  const folded = 'Letter case makes no difference.';
  if (at !== 'scim') return `${folded} ${verbs[at]} a different one.`;
  return `${folded} Entra ID matches groups by displayName: rename one of the two; or let groups share names: ${ruleCommand(integration, 'groupNameUnique', 'off')}.`;
}
