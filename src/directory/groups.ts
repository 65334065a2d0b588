import { recordEvent } from '#audit/event-store.ts';
import type { FieldChange } from '#audit/event-types.ts';
import { newId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { inTransaction } from '#database/database.ts';
import { inResourceTransaction } from '#database/resource-transaction.ts';
import { applyPatch } from '#scim/patch/apply-patch.ts';
import type { IgnoredAttribute, PatchOperation } from '#scim/patch/operation.ts';
import { sameDocument } from '#scim/resource/diff.ts';
import { replaceDocument } from '#scim/resource/immutable.ts';
import { diffWithoutSecrets } from '#scim/resource/secret-values.ts';
import { validateResource } from '#scim/resource/validate.ts';
import { readText } from './attribute-contract.ts';
import { explainGroupConflict } from './conflicts.ts';
import { ownerRules, rulesOfGroup } from './deciding-rules.ts';
import {
  findGroupToChange,
  insertGroup,
  setGroupDeleted,
  withNextVersion,
  touchGroup,
  updateGroup,
} from './group-store.ts';
import { addGroupToAwaitingGroups } from './awaited-members.ts';
import {
  addMembers,
  patchMembers,
  replaceMembers,
  splitMembers,
  type MemberChange,
  type MemberScope,
} from './members.ts';
import { touchGroupsOf } from './membership-write-store.ts';
import { adoptionRule, claimGroup } from './ownership.ts';
import { requireRequested, type ExpectedVersion } from './requested.ts';
import { capitalized, namesOfGroup, namesOfGroupChange } from './resource-names.ts';
import { digestOperands, digestSecrets } from './secret-digests.ts';
import type { Caller, DirectoryDeps, StoredGroup, Submitted } from './stored.ts';
import { requireGroups, requireOperation } from './user-rules.ts';

/** The maximum number of member ids that one event lists; the rest are only counted. */
export const EVENT_MEMBERS_MAX = 1_000;

/**
 * Creates a group with its members (RFC 7644 §3.3), and adds it to groups that were sent with this group as a member before it
 * existed. Throws a ConflictError (409) if another group has the displayName, `memberNotFound` (400) if a member does not exist and
 * the rule `unknownMembers` is `refuse`, and `memberCycle` (400) if a group would contain itself.
 *
 * @example
 * const document = { displayName: 'Engineering', members: [{ value: ann.id }] };
 * const group = await createGroup(deps, caller, { document, ignored: [] });
 */
export async function createGroup(deps: DirectoryDeps, caller: Caller, submitted: Submitted): Promise<StoredGroup> {
  requireGroups(caller);
  requireOperation(caller, 'create', 'Groups');
  validateResource(deps.schemas.Group, submitted.document);
  const id = submitted.newId ?? newId(deps.clock);
  const { document, members } = splitMembers(digestSecrets(deps, 'Group', id, submitted.document));
  const { organizationId, integration } = caller.origin;
  const name = () => readText(document, ['displayName']);
  return await explainGroupConflict(deps, caller.origin, name, () =>
    inTransaction(deps.database, async (transaction) => {
      const group = await insertGroup(deps, transaction, {
        id,
        organizationId,
        integrationId: integration?.id ?? null,
        creationSource: submitted.creationSource ?? 'tanhua:scim',
        document,
        at: deps.clock.now(),
        isNameUnique: caller.rules.groupNameUnique,
      });
      const change = await addMembers(deps, { database: transaction, caller, group }, members);
      await addGroupToAwaitingGroups(deps, transaction, caller.origin, group);
      await recordEvent(transaction, deps.clock, caller.origin, {
        type: 'group_create',
        target: targetOf(group),
        names: capitalized(readText(document, ['externalId'])),
        changes: [...diffWithoutSecrets(deps.schemas.Group, {}, document), ...memberChanges(change)],
        ignored: submitted.ignored,
      });
      await deps.written?.(transaction, {
        effect: 'created',
        type: 'Group',
        resource: group,
        rules: rulesOfGroup(caller, deps.schemas.Group, {
          found: undefined,
          after: group,
          ignored: submitted.ignored,
          isDeferred: change.isDeferred,
        }),
      });
      return group;
    }),
  );
}

/**
 * Replaces a group's attributes and members (RFC 7644 §3.5.1). If nothing changes, the group keeps its version. Throws
 * `resourceNotFound` (404), `versionMismatch` (412), and the errors of `createGroup`.
 */
export async function replaceGroup(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  submitted: Submitted & ExpectedVersion,
): Promise<StoredGroup> {
  const { document, members } = splitMembers(digestSecrets(deps, 'Group', id, submitted.document));
  return await changeGroup(deps, caller, id, {
    ...submitted,
    transform: (before) => replaceDocument(deps.schemas.Group, before, document),
    changeMembers: (scope) => replaceMembers(deps, scope, members),
  });
}

/** Applies all operations of a PATCH request, or none if one fails (RFC 7644 §3.5.2). Throws the same errors as `replaceGroup`. */
export async function patchGroup(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  patch: {
    readonly operations: readonly PatchOperation[];
    readonly ignored: readonly IgnoredAttribute[];
  } & ExpectedVersion,
): Promise<StoredGroup> {
  const operations = digestOperands(deps, 'Group', id, patch.operations);
  const onMembers = operations.filter((operation) => operation.target.attribute.name === 'members');
  const others = operations.filter((operation) => operation.target.attribute.name !== 'members');
  return await changeGroup(deps, caller, id, {
    ...patch,
    transform: (document) => applyPatch(deps.schemas.Group, document, others),
    changeMembers: (scope) => patchMembers(deps, scope, onMembers),
  });
}

interface Change extends ExpectedVersion {
  readonly ignored: readonly IgnoredAttribute[];
  readonly transform: (document: JsonObject) => JsonObject;
  readonly changeMembers: (scope: MemberScope) => Promise<MemberChange>;
}

async function changeGroup(deps: DirectoryDeps, caller: Caller, id: string, change: Change): Promise<StoredGroup> {
  requireGroups(caller);
  requireOperation(caller, 'update', 'Groups');
  const { organizationId } = caller.origin;
  let wantedName: string | undefined;
  return await explainGroupConflict(
    deps,
    caller.origin,
    () => wantedName,
    () =>
      inResourceTransaction(deps.database, id, async (transaction) => {
        const found = requireRequested('group', id, await findGroupToChange(transaction, organizationId, id), change);
        const before = await claimGroup(deps, transaction, caller, found);
        const document = change.transform(before.document);
        validateResource(deps.schemas.Group, document);
        wantedName = readText(document, ['displayName']);
        const members = await change.changeMembers({ database: transaction, caller, group: before });
        const changes = [
          ...diffWithoutSecrets(deps.schemas.Group, before.document, document),
          ...memberChanges(members),
        ];
        const sameAttributes = sameDocument(before.document, document);
        const same = sameAttributes && members.added.length + members.removed.length === 0;
        const at = deps.clock.now();
        if (!same && sameAttributes) await touchGroup(transaction, id, at);
        const after = same
          ? before
          : sameAttributes
            ? withNextVersion(before, at)
            : await updateGroup(deps, transaction, before, {
                document,
                at,
                isNameUnique: caller.rules.groupNameUnique,
              });
        // Groups that contain this group return its name, so their versions increase, too.
        if (before.displayName !== after.displayName) await touchGroupsOf(transaction, id, after.modifiedAt);
        if (before.document['externalId'] !== after.document['externalId']) {
          await addGroupToAwaitingGroups(deps, transaction, caller.origin, after);
        }
        if (!same || change.ignored.length > 0) {
          await recordEvent(transaction, deps.clock, caller.origin, {
            type: 'group_update',
            target: targetOf(after),
            names: namesOfGroupChange(before, after),
            changes,
            ignored: change.ignored,
          });
        }
        const effect = same && adoptionRule(found, before) === undefined ? 'unchanged' : 'changed';
        const { isDeferred } = members;
        const rules = rulesOfGroup(caller, deps.schemas.Group, { found, after, ignored: change.ignored, isDeferred });
        await deps.written?.(transaction, { effect, type: 'Group', resource: after, rules });
        return after;
      }),
  );
}

/**
 * Deletes a group (RFC 7644 §3.6). The users and groups that were its members are not deleted. Throws `resourceNotFound` (404) and
 * `versionMismatch` (412).
 */
export async function deleteGroup(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  expected: ExpectedVersion,
): Promise<void> {
  requireGroups(caller);
  requireOperation(caller, 'delete', 'Groups');
  await inResourceTransaction(deps.database, id, async (transaction) => {
    const found = requireRequested(
      'group',
      id,
      await findGroupToChange(transaction, caller.origin.organizationId, id),
      expected,
    );
    const group = await claimGroup(deps, transaction, caller, found);
    const at = deps.clock.now();
    await touchGroupsOf(transaction, id, at);
    await setGroupDeleted(transaction, id, at);
    await recordEvent(transaction, deps.clock, caller.origin, {
      type: 'group_delete',
      target: targetOf(group),
      names: namesOfGroup(group),
      changes: diffWithoutSecrets(deps.schemas.Group, group.document, {}),
    });
    await deps.written?.(transaction, {
      effect: 'deleted',
      type: 'Group',
      resource: group,
      rules: ownerRules(found, group),
    });
  });
}

function targetOf(group: StoredGroup) {
  return { type: 'group', id: group.id, name: group.displayName } as const;
}

function memberChanges({ added, removed }: MemberChange): FieldChange[] {
  const changes: FieldChange[] = [];
  if (removed.length > 0) changes.push({ field: 'members', from: truncateIds(removed), to: null });
  if (added.length > 0) changes.push({ field: 'members', from: null, to: truncateIds(added) });
  return changes;
}

function truncateIds(ids: readonly string[]): readonly string[] {
  if (ids.length <= EVENT_MEMBERS_MAX) return ids;
  return [...ids.slice(0, EVENT_MEMBERS_MAX), `… and ${ids.length - EVENT_MEMBERS_MAX} more`];
}
