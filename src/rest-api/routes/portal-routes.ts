import { z } from 'zod';
import { fold } from '#base/fold.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { alternateEmailOf } from '#directory/addresses.ts';
import { findGroupsOf } from '#directory/membership-store.ts';
import { addSshKey, removeSshKey } from '#directory/ssh-keys.ts';
import { findSshKeys } from '#directory/ssh-key-store.ts';
import { sshKey } from '#directory/system-user.ts';
import type { StoredUser } from '#directory/stored.ts';
import { systemUserPutSchema } from '#directory/system-user-fields.ts';
import { requireUser, showSystemUsers, updateSystemUser } from '#directory/system-users.ts';
import { findIntegration } from '#integrations/integration-store.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { identityOf, originOf, type Context } from '../context.ts';
import { describeFields, pickTexts } from '../describe-fields.ts';
import { ownAccount, requireOwnPassword } from '../own-account.ts';
import { pickFields } from '../list-query.ts';
import { pathIds, route, type Route } from '../route.ts';
import { sshKeyAnswer, systemUserAnswer } from '../schemas.ts';
import { newSshKeyTexts, systemUserBodyTexts, systemUserTexts } from '../system-user-texts.ts';

const common = { tag: 'User portal', access: 'user', takesOrganization: false } as const;

/** Fields that users can change in their own profile, unless an integration owns them or the organization forbids it. */
const editable = {
  firstname: true,
  middlename: true,
  lastname: true,
  displayname: true,
  alternateEmail: true,
  phoneNumbers: true,
  addresses: true,
} as const;
const editableNames = Object.keys(editable) as readonly (keyof typeof editable)[];

/** Fields that users see in their own profile. */
const shownFields = [
  ...editableNames,
  'username',
  'email',
  'jobTitle',
  'department',
  'company',
  'location',
  'employeeIdentifier',
  'employeeType',
  'costCenter',
  'state',
  'passwordStatus',
  'password_date',
  'password_expiration_date',
  'externally_managed',
  'totp_enabled',
  'ssh_keys',
  'restrictedFields',
];

const shownNames = new Set([...shownFields, '_id', 'id']);
const profileAnswer = describeFields(
  z.object({
    ...Object.fromEntries(Object.entries(systemUserAnswer.shape).filter(([name]) => shownNames.has(name))),
    editableFields: z.array(z.string()),
    sourceName: z.string().nullable(),
    groups: z.array(z.string()),
  }),
  {
    ...pickTexts(systemUserTexts, [...shownNames]),
    editableFields: 'The names of the fields that the user can change; empty if the organization forbids changes.',
    sourceName: 'The name of the source that the user comes from, such as Entra ID; null for a user of this directory.',
    groups: 'The names of the groups of the user, direct and by nesting.',
  },
).meta({ id: 'profile', description: 'A user, as the user sees it in the portal.' });

const profileBody = describeFields(
  z.strictObject({
    ...Object.fromEntries(
      editableNames.map((name) => [name, (systemUserPutSchema.shape as Record<string, z.ZodType>)[name] ?? z.never()]),
    ),
    currentPassword: z.string().max(1_024).optional(),
  }),
  {
    ...pickTexts(systemUserBodyTexts, editableNames),
    currentPassword:
      'Your current password, at most 1,024 characters: required to change alternateEmail, to which links for a new password go.',
  },
);
const sshKeyIdParams = pathIds({ id: 'The id of the SSH key: 24 hexadecimal digits.' });

/**
 * Requires the password for a change of the alternate email address. Links to set a new password go to this address, so a stolen session
 * must not be enough to change it. Throws `invalidValue` (400) if the password is missing.
 */
async function requireProof(context: Context, user: StoredUser, body: z.output<typeof profileBody>): Promise<void> {
  const { alternateEmail } = body as { readonly alternateEmail?: unknown };
  const { currentPassword } = body;
  if (alternateEmail === undefined || fold(textOf(alternateEmail)) === fold(alternateEmailOf(user.properties) ?? ''))
    return;
  if (currentPassword === undefined || currentPassword === '') {
    throw new TranslatedError('invalidValue', ({ profile: { passwordNeeded } }) => passwordNeeded, {
      attribute: 'currentPassword',
    });
  }
  await requireOwnPassword(context, await ownAccount(context), currentPassword, 'currentPassword');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

async function ownUser(context: Context) {
  const { deps, principal, organizationId } = identityOf(context);
  return await requireUser(deps, organizationId, principal.user?.id ?? '');
}

async function profile(context: Context) {
  const { deps, organizationId } = identityOf(context);
  const settings = await findSettings(deps.database, organizationId);
  const user = await ownUser(context);
  const [shown = {}] = await showSystemUsers(deps, organizationId, [user]);
  const owned = z
    .array(z.looseObject({ field: z.string() }))
    .parse(shown['restrictedFields'])
    .map(({ field }) => field);
  return {
    ...pickFields(shown, shownFields),
    editableFields: settings.portalReadOnly ? [] : editableNames.filter((name) => !owned.includes(name)),
    sourceName:
      user.integrationId === null
        ? null
        : ((await findIntegration(deps.database, organizationId, user.integrationId))?.name ?? null),
    groups: (await findGroupsOf(deps.database, [user.id])).map(({ display }) => display),
  };
}

export const portalRoutes: readonly Route[] = [
  route(
    {
      ...common,
      method: 'GET',
      path: '/api/portal/me',
      summary: 'Show your own profile',
      answer: profileAnswer,
    },
    async (context) => await profile(context),
  ),
  route(
    {
      ...common,
      method: 'PUT',
      path: '/api/portal/me',
      summary: 'Change your own profile; other fields keep their values',
      body: profileBody,
      answer: profileAnswer,
    },
    async (context, { body }) => {
      const { deps, caller, organizationId, principal } = identityOf(context);
      const settings = await findSettings(deps.database, organizationId);
      if (settings.portalReadOnly) {
        throw new TranslatedError('fieldOwned', ({ profile: { readOnly } }) => readOnly);
      }
      const user = await ownUser(context);
      await requireProof(context, user, body);
      const { currentPassword: _, ...changes } = body;
      await updateSystemUser(deps, caller, user.id, changes, principal.keyId);
      return await profile(context);
    },
  ),
  route(
    {
      ...common,
      method: 'GET',
      path: '/api/portal/sshkeys',
      summary: 'List your own SSH keys',
      answer: z.array(sshKeyAnswer),
    },
    async (context) => {
      const user = await ownUser(context);
      return ((await findSshKeys(identityOf(context).deps.database, [user.id])).get(user.id) ?? []).map(sshKey);
    },
  ),
  route(
    {
      ...common,
      method: 'POST',
      path: '/api/portal/sshkeys',
      summary: 'Add an SSH key of your own',
      body: describeFields(
        z.looseObject({ name: z.string().min(1).max(200), public_key: z.string().min(1).max(20_000) }),
        newSshKeyTexts,
      ),
      answer: sshKeyAnswer,
      status: 201,
    },
    async (context, { body }) => {
      const user = await ownUser(context);
      const key = { name: body.name, publicKey: body.public_key, calledAs: 'The public key' };
      return sshKey(await addSshKey(identityOf(context).deps, originOf(context), user, key));
    },
  ),
  route(
    {
      ...common,
      method: 'DELETE',
      path: '/api/portal/sshkeys/:id',
      summary: 'Remove one of your own SSH keys',
      params: sshKeyIdParams,
      status: 204,
    },
    async (context, { params }) => {
      await removeSshKey(identityOf(context).deps, originOf(context), await ownUser(context), params.id);
    },
  ),
];
