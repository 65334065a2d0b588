import type { Origin } from '#audit/event-types.ts';
import { quote } from '#base/errors.ts';
import { DAY_MS } from '#base/clock.ts';
import {
  collidingAttributes,
  type CollidingName,
  type Collision,
  type Conflict,
  type ConflictOwner,
} from './conflict-error.ts';
import { RESTORABLE_DAYS } from './stored.ts';

/** For whom a conflict is described. */
type Audience = Pick<Origin, 'integration' | 'actor'>;

/**
 * A conflict in words: for each owner the values that it has, its state, and what this caller can do.
 *
 * @example
 * describeConflict(conflict, entraCaller.origin);
 * // userName "ann" and emails[type eq "work"].value "a@x" already belong to the user "ann" (id 1), who is suspended. In …
 */
export function describeConflict(conflict: Conflict, { actor, integration }: Audience): string {
  // Users do not learn about other users.
  if (actor.type === 'user') {
    const values = conflict.owners.flatMap(({ collisions }) => collisions);
    return `${listed(values.map(fieldOf))} already ${belong(values)} to another user. ${sendOther(values)}`;
  }
  const name = integration === undefined ? fieldOf : attributeOf;
  const sentences = conflict.owners.map((owner) => {
    const { collisions } = owner;
    const taken = `${listed(collisions.map(name))} already ${belong(collisions)} to ${ownerWords(owner)}`;
    if (conflict.isRestoring === true) return `${taken}. ${restoreAdvice(collisions, actor)}`;
    return `${taken}. ${adviceFor(owner, integration)}`;
  });
  const { deleted } = conflict;
  return deleted === undefined ? sentences.join(' ') : `${sentences.join(' ')} ${restorable(deleted)}`;
}

/** How the user is restored nevertheless, at the interface of this caller. */
function restoreAdvice(collisions: readonly Collision[], { type }: Audience['actor']): string {
  const fields = [...new Set(collisions.map(({ name }) => collidingAttributes[name].field))];
  const names =
    type === 'command_line'
      ? fields.map((field) => `${restoreOptions[field]} NEW`).join(' ')
      : `send ${fields.join(', ')} with the request`;
  return `Change or delete that user first, or restore with other names: ${names}.`;
}

/** The options of `tanhua user restore`. */
const restoreOptions: Readonly<Record<string, string>> = {
  username: '--username',
  email: '--email',
  employeeIdentifier: '--employee-identifier',
};

function attributeOf({ name, value }: Collision): string {
  return `${collidingAttributes[name].attribute} ${quote(value)}`;
}

function fieldOf({ name, value }: Collision): string {
  return `${collidingAttributes[name].field} ${quote(value)}`;
}

function belong(collisions: readonly Collision[]): string {
  return collisions.length === 1 ? 'belongs' : 'belong';
}

function listed(words: readonly string[]): string {
  return new Intl.ListFormat('en-US', { style: 'long', type: 'conjunction' }).format(words);
}

const stateWords: Readonly<Record<ConflictOwner['state'], string>> = {
  active: '',
  staged: ', who is not activated yet',
  suspended: ', who is suspended',
  passwordExpired: ', who is inactive because the password has expired',
};

function ownerWords({ type, id, name, state }: ConflictOwner): string {
  return `the ${type} ${quote(name)} (id ${id})${stateWords[state]}`;
}

function adviceFor(owner: ConflictOwner, integration: Audience['integration']): string {
  if (owner.type === 'group') return groupAdvice(integration?.name);
  const advice =
    integration === undefined ? sendOther(owner.collisions) : sourceAdvice(owner.collisions, integration.name);
  if (owner.state !== 'suspended') return advice;
  return integration === undefined
    ? `${advice} If both are one person, activate that user instead: PUT /api/systemusers/${owner.id} {"state":"ACTIVATED"}.`
    : `${advice} If the person was hired again, the match is enough: Entra ID then sends active true, which activates the suspended user.`;
}

function sendOther({ length }: readonly Collision[]): string {
  return length === 1 ? 'Send another one.' : 'Send others.';
}

/** How users and groups are matched, and how values are corrected, in Entra ID. */
const inEntra: Readonly<Record<CollidingName, { readonly match: string; readonly source: string }>> = {
  userName: { match: 'userName', source: 'mailNickname' },
  username: { match: 'userName', source: 'mailNickname' },
  email: { match: 'the e-mail', source: 'address' },
  employeeNumber: { match: 'employeeNumber', source: 'employeeId' },
  displayName: { match: 'displayName', source: 'displayName' },
};

/** The rule that lets users share a value. */
const sharingRules: Readonly<Partial<Record<CollidingName, string>>> = {
  email: 'emailUnique',
  employeeNumber: 'employeeNumberUnique',
};

/** What the administrator of an identity source can do about the values that one user has. */
function sourceAdvice(collisions: readonly Collision[], integrationName: string): string {
  const names = collisions.map(({ name }) => name);
  const [first = 'userName'] = names;
  const corrected = listed([...new Set(names.map((name) => inEntra[name].source))].map((word) => `another ${word}`));
  if (first === 'username') {
    return `The directory derived this username for another user: give one of the two another userName${names.length === 1 ? '' : `, and ${corrected}`}.`;
  }
  const correct = `give one of the two ${corrected}`;
  const match = `In Entra ID, match on ${inEntra[first].match} so that the existing user is updated`;
  const rules = names.flatMap((name) => sharingRules[name] ?? []);
  // A userName is unique under all rules.
  if (first === 'userName' || rules.length < names.length) return `${match}; or ${correct}.`;
  const values = rules.map((rule) => `${rule}=off`).join(' ');
  return `${match}; or ${correct}; or let users share it: tanhua integration set ${quote(integrationName)} ${values}.`;
}

function groupAdvice(integrationName: string | undefined): string {
  const folded = 'Letter case makes no difference.';
  if (integrationName === undefined) return `${folded} Send another one.`;
  return `${folded} Entra ID matches groups by displayName: rename one of the two; or let groups share names: tanhua integration set ${quote(integrationName)} groupNameUnique=off.`;
}

function restorable({ id, name, deletedAt }: NonNullable<Conflict['deleted']>): string {
  const [until = ''] = new Date(deletedAt.getTime() + RESTORABLE_DAYS * DAY_MS).toISOString().split('T');
  return `The user ${quote(name)} (id ${id}) was deleted, and can be restored until ${until}: if this is the same person, an administrator runs: tanhua user restore ${id}.`;
}
