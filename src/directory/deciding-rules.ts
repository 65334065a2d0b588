import type { RuleName } from '#integrations/rules.ts';
import type { Settings } from '#organizations/settings.ts';
import type { IgnoredAttribute } from '#scim/patch/operation.ts';
import { splitAttributePath, nameOf } from '#scim/path/attribute-path.ts';
import { resolveSupported } from '#scim/resource/supported.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { hasMailAddress } from './addresses.ts';
import { primaryEmail } from './attribute-contract.ts';
import { adoptionRule } from './ownership.ts';
import type { Caller, StoredGroup, StoredUser, Written } from './stored.ts';
import { isPasswordManaged } from './system-user.ts';

/** The SCIM path of the attribute that the rule `manager` turns off. */
export const MANAGER_PATH = `${ENTERPRISE_USER_SCHEMA}:manager`;

/** The rules that decide the state of a new user, by that state. An integration can only ask for ACTIVATED. */
const stateRules = { SUSPENDED: ['inactiveOnCreate'], STAGED: ['newUserState'], ACTIVATED: [] } as const;

/** A resource before and after a request, and the attributes of the request that were ignored. */
interface Change<Resource> {
  /** The resource before the request; undefined if the request created it. */
  readonly found: Resource | undefined;
  readonly after: Resource;
  readonly ignored: readonly IgnoredAttribute[];
}

/**
 * Returns the rules that decided what an accepted request did to a user: its state, its owner, a value that is not the one that was sent, an
 * ignored attribute, and whether an activation email is sent. Rules that only let the request pass are not in the list.
 *
 * @example
 * // The rule "manager" is off, and the user, who is active, has an email address.
 * rulesOfUser(caller, schema, { found: undefined, after: ann, ignored: [{ path: 'manager', reason: 'unknown' }] });
 * // ['manager', 'activationMail']
 */
export function rulesOfUser(
  caller: Caller,
  schema: ResourceSchema,
  { found, after, ignored }: Change<StoredUser>,
): readonly RuleName[] {
  return [
    ...(found === undefined ? stateRules[after.state] : ownerRules(found, after)),
    ...valueRules(found, after),
    ...ignoringRules(caller, schema, ignored),
    ...(decidesMail(caller, found, after) ? (['activationMail'] as const) : []),
  ];
}

/** Like `rulesOfUser`, for a group. `isDeferred` is true if members were stored that are not in the directory. */
export function rulesOfGroup(
  caller: Caller,
  schema: ResourceSchema,
  { found, after, ignored, isDeferred }: Change<StoredGroup> & { readonly isDeferred?: boolean | undefined },
): readonly RuleName[] {
  return [
    ...(found === undefined ? [] : ownerRules(found, after)),
    ...(isDeferred === true ? (['unknownMembers'] as const) : []),
    ...ignoringRules(caller, schema, ignored),
  ];
}

/** Returns the rule that decided that the caller became the owner, as a list; an empty list if the owner stayed. */
export function ownerRules(...change: Parameters<typeof adoptionRule>): readonly RuleName[] {
  const rule = adoptionRule(...change);
  return rule === undefined ? [] : [rule];
}

/** True if a change makes a user active who was not, except for one who was only suspended and can sign in as before. */
export function isActivated(before: StoredUser, after: StoredUser): boolean {
  const isReactivated = before.state === 'SUSPENDED' && !after.passwordPending;
  return before.state !== 'ACTIVATED' && after.state === 'ACTIVATED' && !isReactivated;
}

/** Returns the rules by which the username or the email address of the account differs from what was sent. */
function valueRules(found: StoredUser | undefined, after: StoredUser): readonly RuleName[] {
  const isRenamed = found?.userName !== after.userName;
  const primary = primaryEmail(after.document);
  const isEmailChanged = isRenamed || found?.email !== after.email || primaryEmail(found.document) !== primary;
  const emailRule = primary === undefined ? 'email' : 'emailFormat';
  return [
    ...(isRenamed && after.username !== after.userName ? (['userName'] as const) : []),
    ...(isEmailChanged && after.email !== (primary?.toLowerCase() ?? null) ? ([emailRule] as const) : []),
  ];
}

function ignoringRules(
  { rules }: Caller,
  schema: ResourceSchema,
  ignored: readonly IgnoredAttribute[],
): readonly RuleName[] {
  const deciding = ignored.flatMap(({ path, reason }) => {
    if (reason !== 'unknown') return [];
    return !rules.manager && isManager(schema, path) ? (['manager'] as const) : (['unknownAttributes'] as const);
  });
  return [...new Set(deciding)];
}

/** True for a path such as `manager`, `urn:…:User:manager.value` or `manager[value eq "1"]`. */
function isManager(schema: ResourceSchema, path: string): boolean {
  const [name = ''] = path.split('[', 1);
  const resolved = resolveSupported({ schema }, splitAttributePath(name, 0));
  return resolved !== undefined && nameOf({ ...resolved, sub: undefined }) === MANAGER_PATH;
}

/**
 * True if the rule `activationMail` decides whether the user gets an email, unless the source manages the password. The rules of the caller
 * apply if it owns the user.
 */
function decidesMail({ origin }: Caller, found: StoredUser | undefined, after: StoredUser): boolean {
  if (origin.integration === undefined || origin.integration.id !== after.integrationId) return false;
  const isReason = found === undefined ? after.state === 'ACTIVATED' : isActivated(found, after);
  return isReason && hasMailAddress(after);
}

/**
 * Returns the rules that decided a write under the settings of its organization: if the source manages the password of a user, no rule
 * decides whether an activation email is sent.
 */
export function decidingRules(
  written: Written,
  settings: Pick<Settings, 'externalPasswordAuthority'> | undefined,
): readonly RuleName[] {
  if (written.type === 'Group' || settings === undefined || !isPasswordManaged(written.resource, settings)) {
    return written.rules;
  }
  return written.rules.filter((rule) => rule !== 'activationMail');
}
