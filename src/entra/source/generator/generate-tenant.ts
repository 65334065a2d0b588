import type { SourceGroup, SourceUser } from '../source-object.ts';
import { Dice, guidOf } from './dice.ts';
import { employeeAttributes, guestAttributes, toSourceUser, type GeneratedTenantKey } from './generate-user.ts';
import { Structure } from './structure.ts';
import { departments, projects } from './workplaces.ts';

/**
 * The number of users that are generated and stored in one batch. Random objectIds touch pages all over each index, so larger batches
 * write fewer pages.
 */
export const USERS_PER_BATCH = 5_000;
/** The maximum number of users and groups in a generated tenant. */
export const GENERATED_USERS_MAX = 1_000_000;
export const GENERATED_GROUPS_MAX = 20_000;
/** The minimum and maximum number of members of a project group. */
const PROJECT_MEMBERS_MIN = 3;
const PROJECT_MEMBERS_MAX = 40;
/** The employeeId of the first employee. */
const FIRST_EMPLOYEE_ID = 100_001;

export interface TenantPlan {
  readonly seed: number;
  readonly users: number;
  readonly groups: number;
  /** The objectIds are derived from the tenant's id, so that tenants with the same seed have different objectIds. */
  readonly tenant: GeneratedTenantKey;
  readonly at: Date;
}

export interface GeneratedTenant {
  readonly groups: readonly SourceGroup[];
  /** Generates all users in batches. Only one batch is in memory at a time. */
  readonly users: () => Generator<readonly SourceUser[], undefined>;
  /** Generates the members of the groups that have no rule. */
  readonly members: () => Generator<GroupMembers, undefined>;
}

/**
 * Generates a tenant that depends only on the plan: the same plan always gives the same users and groups, with the same ids.
 *
 * @example
 * const { groups, users } = generateTenant({ seed: 1, users: 1_000, groups: 50, tenant, at: clock.now() });
 * for (const batch of users()) await insertSourceUsers(database, batch);
 */
export function generateTenant(plan: TenantPlan): GeneratedTenant {
  const structure = new Structure(plan.seed, plan.users);
  const drafts = groupDrafts(plan);
  const groups = drafts.map((draft, index) => toGroup(plan, draft, index));
  return {
    groups,
    users: () => generateUsers(plan, structure),
    members: () => generateMembers(plan, structure, groups, drafts),
  };
}

interface GroupMembers {
  readonly group: SourceGroup;
  readonly ids: readonly string[];
}

function* generateMembers(
  plan: TenantPlan,
  structure: Structure,
  groups: readonly SourceGroup[],
  drafts: readonly GroupDraft[],
): Generator<GroupMembers, undefined> {
  for (const [index, group] of groups.entries()) {
    const numbers = drafts[index]?.members?.(structure) ?? [];
    if (numbers.length > 0) yield { group, ids: numbers.map((number) => userId(plan, number)) };
  }
  return undefined;
}

function userId({ tenant, seed }: TenantPlan, index: number): string {
  return guidOf(tenant.id, seed, 'user', index);
}

function* generateUsers(plan: TenantPlan, structure: Structure): Generator<readonly SourceUser[], undefined> {
  const used = new Map<string, number>();
  const unique = (alias: string): string => {
    const count = (used.get(alias) ?? 0) + 1;
    used.set(alias, count);
    if (count === 1) return alias;
    // In a guest's alias, inserts the number before the suffix that begins with `_`.
    return alias.includes('_') ? alias.replace('_', `${count}_`) : `${alias}${count}`;
  };
  for (let start = 0; start < plan.users; start += USERS_PER_BATCH) {
    const length = Math.min(USERS_PER_BATCH, plan.users - start);
    yield Array.from({ length }, (_, offset) => generateUser(plan, structure, start + offset, unique));
  }
  return undefined;
}

function generateUser(
  plan: TenantPlan,
  structure: Structure,
  index: number,
  unique: (alias: string) => string,
): SourceUser {
  const dice = new Dice(plan.seed, 'user', index);
  const { kind, department, title, manager, enabled } = structure.at(index);
  const { domain } = plan.tenant;
  const attributes =
    kind === 'guest'
      ? guestAttributes(dice, domain, unique)
      : {
          ...employeeAttributes(dice, { department, title }, domain, unique),
          employeeId: String(FIRST_EMPLOYEE_ID + index),
        };
  const id = userId(plan, index);
  const managerId = manager === undefined ? null : userId(plan, manager);
  return toSourceUser(plan.tenant, { id, attributes, accountEnabled: enabled, managerId }, plan.at);
}

interface GroupDraft {
  readonly displayName: string;
  readonly description: string;
  readonly rule?: string;
  readonly members?: (structure: Structure) => readonly number[];
}

function groupDrafts(plan: TenantPlan): readonly GroupDraft[] {
  const fixed: GroupDraft[] = [
    {
      displayName: 'All Staff',
      description: 'Everybody who works here',
      rule: '(user.userType -eq "Member") -and (user.accountEnabled -eq true)',
    },
    ...departments.map(({ name }, index): GroupDraft => {
      const description = `The department ${name}`;
      return index % 2 === 1
        ? { displayName: name, description, rule: `user.department -eq "${name}"` }
        : { displayName: name, description, members: (structure) => structure.membersOf(index) };
    }),
    { displayName: 'Empty Group', description: 'Nobody is in it' },
    { displayName: 'Guests', description: 'People of other companies', rule: 'user.userType -eq "Guest"' },
  ];
  const rest = Math.max(0, plan.groups - fixed.length);
  return [...fixed.slice(0, plan.groups), ...Array.from({ length: rest }, (_, index) => projectDraft(plan, index))];
}

function projectDraft({ seed, users }: TenantPlan, index: number): GroupDraft {
  const round = Math.floor(index / projects.length);
  return {
    displayName: `Project ${projects[index % projects.length] ?? ''}${round === 0 ? '' : ` ${round + 1}`}`,
    description: 'People of several departments',
    members: () => {
      const dice = new Dice(seed, 'project', index);
      const size = PROJECT_MEMBERS_MIN + dice.below(PROJECT_MEMBERS_MAX - PROJECT_MEMBERS_MIN + 1);
      return [...new Set(Array.from({ length: Math.min(size, users) }, () => dice.below(users)))];
    },
  };
}

function toGroup({ tenant, seed, at }: TenantPlan, draft: GroupDraft, index: number): SourceGroup {
  const { displayName, description } = draft;
  return {
    type: 'Group',
    id: guidOf(tenant.id, seed, 'group', index),
    organizationId: tenant.organizationId,
    tenantId: tenant.id,
    attributes: {
      displayName,
      description,
      mailNickname: `group${index + 1}`,
      mailEnabled: false,
      securityEnabled: true,
    },
    membershipRule: draft.rule ?? null,
    deletedAt: null,
    createdAt: at,
    modifiedAt: at,
  };
}
