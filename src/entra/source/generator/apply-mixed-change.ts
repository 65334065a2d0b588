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

/** What was done, for people; undefined where the change fits nobody, or what it says is so already. */
export type Applied = { readonly kind: MixedChangeKind; readonly summary: string } | undefined;

interface Scene {
  readonly deps: SourceDeps;
  readonly tenant: EntraTenant;
  readonly change: MixedChange;
  readonly dice: Dice;
}

/** Does one change of a script by the operations that people use. */
export async function applyMixedChange(deps: SourceDeps, tenant: EntraTenant, change: MixedChange): Promise<Applied> {
  const dice = new Dice(change.seed, 'change', change.number);
  const summary = await actions[change.kind]({ deps, tenant, change, dice });
  return summary === undefined ? undefined : { kind: change.kind, summary };
}

type Action = (scene: Scene) => Promise<string | undefined>;

const actions: Readonly<Record<MixedChangeKind, Action>> = {
  hire,
  rename: onUser(['enabled'], rename),
  promote: onUser(['enabled'], async (scene, user) => {
    const department = departments.find(({ name }) => name === user.attributes['department']);
    if (department === undefined) return undefined;
    const { jobTitle } = user.attributes;
    const senior =
      typeof jobTitle === 'string' && !jobTitle.startsWith('Senior') ? `Senior ${jobTitle}` : department.lead;
    return await update(scene, user, { jobTitle: scene.dice.chance(70) ? senior : department.lead });
  }),
  'change department': onUser(['enabled'], async (scene, user) => {
    const department = scene.dice.weighted(departments);
    const title = scene.dice.pick(department.titles);
    const managerId = (await findColleague(scene, department.name, user))?.id;
    return await update(scene, user, {
      ...roleAttributes({ department, title }),
      ...(managerId !== undefined && { manager: managerId }),
    });
  }),
  'change office': onUser(['enabled'], async (scene, user) => {
    const moved = officeAttributes(scene.dice, scene.dice.weighted(offices));
    // A fax stays where it is.
    return await update(scene, user, { telephoneNumber: null, facsimileTelephoneNumber: null, ...moved });
  }),
  'change manager': onUser(['enabled'], async (scene, user) => {
    const manager = await other(scene);
    if (manager === undefined || manager.id === user.id || manager.id === user.managerId) return undefined;
    await setManager(scene.deps, scene.tenant, user.id, manager.id);
    return `${upnOf(user)} reports to ${upnOf(manager)}`;
  }),
  disable: onUser(['enabled'], async ({ deps, tenant }, user) => upnOf(await disableSourceUser(deps, tenant, user.id))),
  enable: onUser(['disabled'], async ({ deps, tenant }, user) => upnOf(await enableSourceUser(deps, tenant, user.id))),
  delete: onUser(['enabled', 'disabled'], async ({ deps, tenant }, user) =>
    upnOf(await deleteSourceUser(deps, tenant, user.id)),
  ),
  restore: onUser(['deleted'], async ({ deps, tenant }, user) => {
    // Somebody who was hired since may have the name.
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

/** An action on the user that the change finds. */
function onUser(
  states: readonly UserState[],
  act: (scene: Scene, user: SourceUser) => Promise<string | undefined>,
): Action {
  return async (scene) => {
    const { deps, tenant, change } = scene;
    const user = await firstUserFrom(deps.database, tenant.id, { from: change.from, states });
    return user === undefined ? undefined : await act(scene, user);
  };
}

async function other({ deps, tenant, change }: Scene): Promise<SourceUser | undefined> {
  return await firstUserFrom(deps.database, tenant.id, { from: change.otherFrom, states: ['enabled'] });
}

/** The other one, or who leads them, where either works in the department. */
async function findColleague(scene: Scene, department: string, user: SourceUser): Promise<SourceUser | undefined> {
  const { deps, tenant } = scene;
  const near = await other(scene);
  const above = near?.managerId == null ? undefined : await findSourceUser(deps.database, tenant.id, near.managerId);
  return [near, above].find(
    (one) =>
      one !== undefined && one.deletedAt === null && one.attributes['department'] === department && one.id !== user.id,
  );
}

async function hire({ deps, tenant, change, dice }: Scene): Promise<string | undefined> {
  const objectId = guidOf(tenant.id, change.seed, 'hire', change.number);
  // A script that is done twice hires nobody twice.
  if ((await findSourceUser(deps.database, tenant.id, objectId)) !== undefined) return undefined;
  const manager = await firstUserFrom(deps.database, tenant.id, { from: change.otherFrom, states: ['enabled'] });
  const department =
    departments.find(({ name }) => name === manager?.attributes['department']) ?? dice.weighted(departments);
  const role = { department, title: dice.pick(department.titles) };
  const attributes = await withFreeName({ deps, tenant }, (suffix) =>
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

/** Somebody marries: another family name, and the address with it. */
async function rename(scene: Scene, user: SourceUser): Promise<string | undefined> {
  const { givenName, userType, mail } = user.attributes;
  if (userType === 'Guest' || typeof givenName !== 'string') return undefined;
  const { surname, alias } = generateName(scene.dice, 'en');
  const [local = '', domain = scene.tenant.domain] = upnOf(user).split('@');
  const [given = local] = local.split('.');
  const [, family = surname] = alias.split('.');
  const renamed = await withFreeName(scene, (suffix) => {
    const userPrincipalName = `${given}.${family}${suffix}@${domain}`;
    return {
      userPrincipalName,
      surname,
      displayName: `${givenName} ${surname}`,
      mailNickname: `${given}.${family}${suffix}`.replaceAll("'", ''),
      ...(mail !== undefined && { mail: userPrincipalName, proxyAddresses: [`SMTP:${userPrincipalName}`] }),
    };
  });
  return await update(scene, user, renamed);
}

/** What `make` gives with the first suffix that makes the userPrincipalName one that nobody has. */
async function withFreeName(
  { deps, tenant }: Pick<Scene, 'deps' | 'tenant'>,
  make: (suffix: string) => JsonObject,
): Promise<JsonObject> {
  for (let number = 1; ; number += 1) {
    const draft = make(number === 1 ? '' : String(number));
    const { userPrincipalName: upn } = draft;
    const taken = typeof upn === 'string' && (await findSourceUserByUpn(deps.database, tenant.id, upn)) !== undefined;
    if (!taken) return draft;
  }
}

async function update({ deps, tenant }: Scene, user: SourceUser, values: JsonObject): Promise<string | undefined> {
  const after = await updateSourceUser(deps, tenant, user.id, values);
  return changedNames(user, after).length === 0 ? undefined : upnOf(after);
}
