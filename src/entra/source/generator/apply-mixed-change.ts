import type { JsonObject } from '#base/json.ts';
import type { SourceDeps } from '../change-tenant.ts';
import { addMembers, groupNameOf, removeMembers, updateSourceGroup } from '../source-groups.ts';
import { firstAssignedGroupFrom } from '../source-group-store.ts';
import { memberIdsOf } from '../source-member-store.ts';
import type { EntraTenant, SourceUser } from '../source-object.ts';
import { findSourceUser, findSourceUserByUpn, firstUserFrom, type UserState } from '../source-user-store.ts';
import {
  changedNames,
  createSourceUser,
  deleteSourceUser,
  disableSourceUser,
  enableSourceUser,
  purgeSourceUser,
  restoreSourceUser,
  setManager,
  updateSourceUser,
  upnOf,
} from '../source-users.ts';
import { Dice, guidOf } from './dice.ts';
import { employeeAttributes, officeAttributes, roleAttributes } from './generate-user.ts';
import type { MixedChange, MixedChangeKind } from './mixed-changes.ts';
import { generateName } from './people-names.ts';
import { departments, offices } from './workplaces.ts';

/** A change that was applied, with a summary to print; undefined if no user or group is suitable, or if nothing would change. */
export type AppliedChange = { readonly kind: MixedChangeKind; readonly summary: string } | undefined;

interface ActionContext {
  readonly deps: SourceDeps;
  readonly tenant: EntraTenant;
  readonly change: MixedChange;
  readonly dice: Dice;
}

/** Applies one change of a script to a tenant, with the same operations that the command line and the API use. */
export async function applyMixedChange(
  deps: SourceDeps,
  tenant: EntraTenant,
  change: MixedChange,
): Promise<AppliedChange> {
  const dice = new Dice(change.seed, 'change', change.number);
  const summary = await actions[change.kind]({ deps, tenant, change, dice });
  return summary === undefined ? undefined : { kind: change.kind, summary };
}

type Action = (context: ActionContext) => Promise<string | undefined>;

const actions: Readonly<Record<MixedChangeKind, Action>> = {
  hire,
  rename: onUser(['enabled'], rename),
  promote: onUser(['enabled'], async (context, user) => {
    const department = departments.find(({ name }) => name === user.attributes['department']);
    if (department === undefined) return undefined;
    const { jobTitle } = user.attributes;
    const senior =
      typeof jobTitle === 'string' && !jobTitle.startsWith('Senior') ? `Senior ${jobTitle}` : department.lead;
    return await update(context, user, { jobTitle: context.dice.chance(70) ? senior : department.lead });
  }),
  'change department': onUser(['enabled'], async (context, user) => {
    const department = context.dice.weighted(departments);
    const title = context.dice.pick(department.titles);
    const managerId = (await findColleague(context, department.name, user))?.id;
    return await update(context, user, {
      ...roleAttributes({ department, title }),
      ...(managerId !== undefined && { manager: managerId }),
    });
  }),
  'change office': onUser(['enabled'], async (context, user) => {
    const moved = officeAttributes(context.dice, context.dice.weighted(offices));
    // Clears the telephone and fax numbers of the old office, if the new office does not replace them.
    return await update(context, user, { telephoneNumber: null, facsimileTelephoneNumber: null, ...moved });
  }),
  'change manager': onUser(['enabled'], async (context, user) => {
    const manager = await findOtherUser(context);
    if (manager === undefined || manager.id === user.id || manager.id === user.managerId) return undefined;
    await setManager(context.deps, context.tenant, user.id, manager.id);
    return `${upnOf(user)} reports to ${upnOf(manager)}`;
  }),
  disable: onUser(['enabled'], async ({ deps, tenant }, user) => upnOf(await disableSourceUser(deps, tenant, user.id))),
  enable: onUser(['disabled'], async ({ deps, tenant }, user) => upnOf(await enableSourceUser(deps, tenant, user.id))),
  delete: onUser(['enabled', 'disabled'], async ({ deps, tenant }, user) =>
    upnOf(await deleteSourceUser(deps, tenant, user.id)),
  ),
  restore: onUser(['deleted'], async ({ deps, tenant }, user) => {
    // A user who was hired after the deletion may now have the same userPrincipalName.
    if ((await findSourceUserByUpn(deps.database, tenant.id, upnOf(user))) !== undefined) return undefined;
    return upnOf(await restoreSourceUser(deps, tenant, user.id));
  }),
  purge: onUser(['deleted'], async ({ deps, tenant }, user) => {
    await purgeSourceUser(deps, tenant, user.id);
    return upnOf(user);
  }),
  'add member': onUser(['enabled', 'disabled'], async ({ deps, tenant, change }, user) => {
    const group = await firstAssignedGroupFrom(deps.database, tenant.id, change.otherFrom);
    if (group === undefined) return undefined;
    const added = await addMembers(deps, tenant, group.id, [user.id]);
    return added.length === 0 ? undefined : `${upnOf(user)} to ${groupNameOf(group)}`;
  }),
  'remove member': async ({ deps, tenant, change, dice }) => {
    const group = await firstAssignedGroupFrom(deps.database, tenant.id, change.otherFrom);
    const members = group === undefined ? [] : await memberIdsOf(deps.database, group.id);
    const member = members[dice.below(members.length)];
    if (group === undefined || member === undefined) return undefined;
    await removeMembers(deps, tenant, group.id, [member.id]);
    return `${member.id} from ${groupNameOf(group)}`;
  },
  'rename group': async ({ deps, tenant, change }) => {
    const group = await firstAssignedGroupFrom(deps.database, tenant.id, change.otherFrom);
    if (group === undefined) return undefined;
    const displayName = `${groupNameOf(group).replace(/ \(\d+\)$/, '')} (${change.number})`;
    await updateSourceGroup(deps, tenant, group.id, { displayName });
    return `${groupNameOf(group)} to ${displayName}`;
  },
};

/** Builds an action that calls `act` for the first user in one of the given states. The search starts at the objectId `change.from`. */
function onUser(
  states: readonly UserState[],
  act: (context: ActionContext, user: SourceUser) => Promise<string | undefined>,
): Action {
  return async (context) => {
    const { deps, tenant, change } = context;
    const user = await firstUserFrom(deps.database, tenant.id, { from: change.from, states });
    return user === undefined ? undefined : await act(context, user);
  };
}

async function findOtherUser({ deps, tenant, change }: ActionContext): Promise<SourceUser | undefined> {
  return await firstUserFrom(deps.database, tenant.id, { from: change.otherFrom, states: ['enabled'] });
}

/**
 * Finds a colleague in the department: the user at `change.otherFrom` or, if that user is not suitable, that user's manager. A suitable
 * colleague works in the department, is not deleted, and is not `user`. Returns undefined if neither is suitable.
 */
async function findColleague(
  context: ActionContext,
  department: string,
  user: SourceUser,
): Promise<SourceUser | undefined> {
  const { deps, tenant } = context;
  const near = await findOtherUser(context);
  const above = near?.managerId == null ? undefined : await findSourceUser(deps.database, tenant.id, near.managerId);
  return [near, above].find(
    (one) =>
      one !== undefined && one.deletedAt === null && one.attributes['department'] === department && one.id !== user.id,
  );
}

async function hire({ deps, tenant, change, dice }: ActionContext): Promise<string | undefined> {
  const objectId = guidOf(tenant.id, change.seed, 'hire', change.number);
  // If a script is applied twice, the user already exists.
  if ((await findSourceUser(deps.database, tenant.id, objectId)) !== undefined) return undefined;
  const manager = await firstUserFrom(deps.database, tenant.id, { from: change.otherFrom, states: ['enabled'] });
  const department =
    departments.find(({ name }) => name === manager?.attributes['department']) ?? dice.weighted(departments);
  const role = { department, title: dice.pick(department.titles) };
  const attributes = await withUniqueUpn({ deps, tenant }, (suffix) =>
    employeeAttributes(new Dice(change.seed, 'hire', change.number), role, tenant.domain, (alias) => alias + suffix),
  );
  const user = await createSourceUser(deps, tenant, {
    objectId,
    ...attributes,
    employeeHireDate: deps.clock.now().toISOString().slice(0, 10),
    ...(manager !== undefined && { manager: manager.id }),
  });
  return upnOf(user);
}

/** Changes the family name of a user, as after a marriage, and with it the userPrincipalName and the email address. */
async function rename(context: ActionContext, user: SourceUser): Promise<string | undefined> {
  const { givenName, userType, mail } = user.attributes;
  if (userType === 'Guest' || typeof givenName !== 'string') return undefined;
  const { surname, alias } = generateName(context.dice, 'en');
  const [local = '', domain = context.tenant.domain] = upnOf(user).split('@');
  const [given = local] = local.split('.');
  const [, family = surname] = alias.split('.');
  const renamed = await withUniqueUpn(context, (suffix) => {
    const userPrincipalName = `${given}.${family}${suffix}@${domain}`;
    return {
      userPrincipalName,
      surname,
      displayName: `${givenName} ${surname}`,
      mailNickname: `${given}.${family}${suffix}`.replaceAll("'", ''),
      ...(mail !== undefined && { mail: userPrincipalName, proxyAddresses: [`SMTP:${userPrincipalName}`] }),
    };
  });
  return await update(context, user, renamed);
}

/** Calls `build` with different suffixes until it returns a userPrincipalName that no user has. Returns the attributes from that call. */
async function withUniqueUpn(
  { deps, tenant }: Pick<ActionContext, 'deps' | 'tenant'>,
  build: (suffix: string) => JsonObject,
): Promise<JsonObject> {
  for (let number = 1; ; number += 1) {
    const draft = build(number === 1 ? '' : String(number));
    const { userPrincipalName: upn } = draft;
    const taken = typeof upn === 'string' && (await findSourceUserByUpn(deps.database, tenant.id, upn)) !== undefined;
    if (!taken) return draft;
  }
}

async function update(
  { deps, tenant }: ActionContext,
  user: SourceUser,
  values: JsonObject,
): Promise<string | undefined> {
  const after = await updateSourceUser(deps, tenant, user.id, values);
  return changedNames(user, after).length === 0 ? undefined : upnOf(after);
}
