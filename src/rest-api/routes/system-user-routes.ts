import { z } from 'zod';
import { resendMail, sendActivation } from '#accounts/account-mail.ts';
import { findAccount } from '#accounts/account.ts';
import { removeFactors } from '#accounts/passkeys.ts';
import { recordEvent } from '#audit/event-store.ts';
import { messageFor } from '#base/error-message.ts';
import { AppError, assert, quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { findGroupsOf } from '#directory/membership-store.ts';
import { mfaSchema } from '#directory/system-user-fields.ts';
import { listSystemUsers, type SystemUserQuery } from '#directory/system-user-list-store.ts';
import { expirePassword, setLocked, setMfaExclusion } from '#directory/system-user-access.ts';
import {
  createSystemUser,
  deleteSystemUser,
  requireUser,
  showSystemUsers,
  updateSystemUser,
} from '#directory/system-users.ts';
import type { StoredUser } from '#directory/stored.ts';
import { changeUser, targetOf } from '#directory/users.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { brokenPasswordRules } from '#organizations/password-policy.ts';
import { identityOf, languageOf, originOf, withQuota, type Context } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { pickFields, readListQuery, readSearch, wordsOf } from '../list-query.ts';
import { FieldErrors } from '../rest-error.ts';
import { route, type Route } from '../route.ts';
import { fieldsQuery, listAnswer, listQuery, systemUserAnswer, userIdParams } from '../schemas.ts';
import {
  deletionQuery,
  newUserBody,
  searchBody,
  searchQuery,
  userChangeBody,
  validationQuery,
} from '../system-user-bodies.ts';
import { mfaTexts } from '../system-user-texts.ts';

const CREATION_SOURCE = 'tanhua:api';
const tag = 'Users';
const base = '/api/systemusers';
/** The maximum number of users in one request that resends emails. */
const RESENT_MAX = 500;

async function show(context: Context, id: string) {
  const { deps, organizationId } = identityOf(context);
  const [shown] = await showSystemUsers(deps, organizationId, [await requireUser(deps, organizationId, id)]);
  assert(shown, 'one user is shown');
  return shown;
}

async function list(context: Context, query: SystemUserQuery, fields: readonly string[], memberof: boolean) {
  const { deps, organizationId } = identityOf(context);
  const { total, users } = await listSystemUsers(deps.database, organizationId, query);
  const shown = await showSystemUsers(deps, organizationId, users);
  const groups = memberof
    ? Map.groupBy(
        await findGroupsOf(
          deps.database,
          users.map(({ id }) => id),
        ),
        ({ userId }) => userId,
      )
    : new Map<string, readonly { groupId: string }[]>();
  const results = shown.map((user, index) => ({
    ...user,
    ...(memberof && { memberof: (groups.get(users[index]?.id ?? '') ?? []).map(({ groupId }) => groupId) }),
  }));
  return { totalCount: total, results: results.map((user) => pickFields(user, fields)) };
}

/** Sends a user the activation or password email again. Returns the error if the user could not use the email or the quota is used up. */
async function resendWithinQuota(context: Context, user: StoredUser): Promise<AppError | undefined> {
  try {
    await withQuota(context, 'requestedMails', async () => {
      const refusal = await resendMail(identityOf(context).deps, originOf(context), user);
      if (refusal !== undefined) throw refusal;
    });
    return undefined;
  } catch (error) {
    if (error instanceof AppError && error.definition.status < 500) return error;
    throw error;
  }
}

/** The names of the password rules in the legacy directory's API. */
const ruleNames: Readonly<Record<string, string>> = {
  minLength: 'passwordLength',
  maxLength: 'passwordLength',
  lowercase: 'lowercase',
  uppercase: 'uppercase',
  number: 'numeric',
  symbol: 'specialCharacter',
  userName: 'usernameSubstring',
  common: 'commonlyUsedPassword',
};

/** With `fullValidationDetails=password`, throws FieldErrors (400) that list each broken password rule separately. */
async function requirePasswordInDetail(
  context: Context,
  wanted: string | undefined,
  body: { password?: string | undefined; username?: string | undefined; email?: string | undefined },
) {
  if (wanted !== 'password' || body.password === undefined) return;
  const { deps, organizationId } = identityOf(context);
  const settings = await findSettings(deps.database, organizationId);
  const broken = brokenPasswordRules(settings, body.password, [body.username ?? '', body.email ?? '']);
  if (broken.length === 0) return;
  const violations = broken.map((rule) => ({ field: 'password', description: ruleNames[rule] ?? rule }));
  throw new FieldErrors('Password validation fail', violations);
}

const resendBody = describeFields(
  z.looseObject({
    isSelectAll: z.literal(false, 'name the users in models').nullish(),
    models: z.array(z.looseObject({ _id: z.string() })).max(RESENT_MAX),
  }),
  {
    isSelectAll: 'Only false is supported: name the users in models. Default: false.',
    models: `The users to send emails to, at most ${RESENT_MAX}.`,
    'models._id': 'The id of the user: 24 hexadecimal digits.',
  },
);
const mfaBody = describeFields(mfaSchema, mfaTexts);
const resendAnswer = describeFields(
  z.object({
    sent: z.array(z.string()),
    skipped: z.array(z.object({ id: z.string(), reason: z.string() })),
  }),
  {
    sent: 'The ids of the users whose email is in the outbox.',
    skipped: 'The users who get no email.',
    'skipped.id': 'The id of the user: 24 hexadecimal digits.',
    'skipped.reason': 'Why the user gets no email, as a text for people.',
  },
);

export const systemUserRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: base,
      tag,
      summary: 'List users',
      access: 'users.read',
      query: listQuery,
      answer: listAnswer(systemUserAnswer),
    },
    async (context, { query }) => await list(context, readListQuery(query), wordsOf(query.fields), false),
  ),
  route(
    {
      method: 'POST',
      path: '/api/search/systemusers',
      tag,
      summary: 'Search users; the body takes precedence over the query',
      access: 'users.read',
      body: searchBody,
      bodyOptional: true,
      query: searchQuery,
      answer: listAnswer(systemUserAnswer),
    },
    async (context, { body, query }) =>
      await list(context, readSearch(query, body), wordsOf(body.fields ?? query.fields), true),
  ),
  route(
    {
      method: 'POST',
      path: base,
      tag,
      summary: 'Create a user',
      access: 'users.write',
      query: validationQuery,
      body: newUserBody,
      answer: systemUserAnswer,
    },
    async (context, { body, query }) => {
      const { deps, caller, organizationId } = identityOf(context);
      await requirePasswordInDetail(context, query.fullValidationDetails, body);
      const settings = await findSettings(deps.database, organizationId);
      const options = { creationSource: CREATION_SOURCE, defaultState: settings.defaultStateManual };
      const user = await createSystemUser(deps, caller, body, options);
      return await show(context, user.id);
    },
  ),
  route(
    {
      method: 'GET',
      path: `${base}/:id`,
      tag,
      summary: 'Show a user',
      access: 'users.read',
      params: userIdParams,
      query: fieldsQuery,
      answer: systemUserAnswer,
    },
    async (context, { params, query }) => pickFields(await show(context, params.id), wordsOf(query.fields)),
  ),
  route(
    {
      method: 'PUT',
      path: `${base}/:id`,
      tag,
      summary: 'Change a user; fields that are not sent keep their values',
      access: 'users.write',
      params: userIdParams,
      query: validationQuery,
      body: userChangeBody,
      answer: systemUserAnswer,
    },
    async (context, { params, body, query }) => {
      const { deps, caller } = identityOf(context);
      await requirePasswordInDetail(context, query.fullValidationDetails, body);
      await updateSystemUser(deps, caller, params.id, body);
      return await show(context, params.id);
    },
  ),
  route(
    {
      method: 'DELETE',
      path: `${base}/:id`,
      tag,
      summary: 'Delete a user, who can be restored for 30 days',
      access: 'users.write',
      params: userIdParams,
      query: deletionQuery,
      answer: systemUserAnswer,
    },
    async (context, { params, query }) => {
      const { deps, caller } = identityOf(context);
      const shown = await show(context, params.id);
      const { cascade_manager: manager } = query;
      const cascade =
        manager === undefined ? undefined : { manager: manager === 'null' || manager === '' ? null : manager };
      await deleteSystemUser(deps, caller, params.id, cascade);
      return shown;
    },
  ),
  route(
    {
      method: 'POST',
      path: `${base}/:id/state/activate`,
      tag,
      summary: 'Activate a staged user, optionally with an email to the user',
      access: 'users.write',
      params: userIdParams,
      body: describeFields(z.looseObject({ email: z.union([z.boolean(), z.email().max(1_024)]).nullish() }), {
        email:
          'true sends the activation email to the user, an email address of at most 1,024 characters sends it there, false sends none. Default: the rule activationMail of the user’s integration decides.',
      }),
      bodyOptional: true,
      answer: systemUserAnswer,
    },
    async (context, { params, body }) => {
      const { deps, caller } = identityOf(context);
      const { email } = body;
      const activate = async (transaction: Database) => {
        const inside = { ...deps, database: transaction };
        // If the body has `email`, the caller decides whether an email is sent. Otherwise, the rule of the integration decides.
        const quiet = email === undefined || email === null ? inside : { ...inside, welcome: undefined };
        const user = await changeUser(quiet, caller, params.id, {
          ignored: [],
          expectedVersion: undefined,
          password: undefined,
          transform: (document) => document,
          unqualified: (names) => names,
          state: (before) => {
            if (before.state === 'STAGED') return 'ACTIVATED';
            throw new TranslatedError(
              'stateTransition',
              ({ admin }) => admin.users.notStaged(quote(before.username), before.state),
              { attribute: 'state', value: before.state },
            );
          },
        });
        if (!email) return;
        await sendActivation(
          inside,
          transaction,
          originOf(context),
          user,
          typeof email === 'string' ? email : undefined,
        );
      };
      const run = async () => await inTransaction(deps.database, activate);
      if (typeof email === 'string') await withQuota(context, 'namedMails', run);
      else if (email === true) await withQuota(context, 'requestedMails', run);
      else await run();
      return await show(context, params.id);
    },
  ),
  route(
    {
      method: 'POST',
      path: `${base}/reactivate`,
      tag,
      summary:
        'Send users the activation email again, or a link for a new password; users who could not use the email are skipped',
      access: 'users.help',
      body: resendBody,
      answer: resendAnswer,
    },
    async (context, { body }) => {
      const { deps, organizationId } = identityOf(context);
      const users = [];
      for (const id of new Set(body.models.map(({ _id }) => _id))) {
        users.push(await requireUser(deps, organizationId, id));
      }
      const sent = [];
      const skipped = [];
      for (const user of users) {
        const refusal = await resendWithinQuota(context, user);
        if (refusal === undefined) sent.push(user.id);
        else skipped.push({ id: user.id, refusal });
      }
      if (sent.length === 0 && skipped[0] !== undefined) throw skipped[0].refusal;
      return {
        sent,
        skipped: skipped.map(({ id, refusal }) => ({ id, reason: messageFor(refusal, 'rest', languageOf(context)) })),
      };
    },
  ),
  ...(['unlock', 'expire'] as const).map((action) =>
    route(
      {
        method: 'POST',
        path: `${base}/:id/${action}`,
        tag,
        summary: action === 'unlock' ? 'Unlock a user' : 'Expire the password of a user immediately',
        access: 'users.help',
        params: userIdParams,
        body: z.looseObject({}),
        bodyOptional: true,
        answer: systemUserAnswer,
      },
      async (context, { params }) => {
        const { deps, caller } = identityOf(context);
        await (action === 'unlock'
          ? setLocked(deps, caller, params.id, false)
          : expirePassword(deps, caller, params.id));
        return await show(context, params.id);
      },
    ),
  ),
  route(
    {
      method: 'POST',
      path: `${base}/:id/resetmfa`,
      tag,
      summary: 'Remove the second factors of a user, who can then set up new ones',
      access: 'users.help',
      params: userIdParams,
      body: mfaBody,
      bodyOptional: true,
      answer: systemUserAnswer,
    },
    async (context, { params, body }) => {
      const { deps, caller, organizationId } = identityOf(context);
      const user = await requireUser(deps, organizationId, params.id);
      await inTransaction(deps.database, async (transaction) => {
        const inside = { ...deps, database: transaction };
        const account = await findAccount(transaction, organizationId, 'user', user.id);
        if (account !== undefined) await removeFactors(inside, originOf(context), account);
        await recordEvent(transaction, deps.clock, originOf(context), {
          type: 'user_mfa_reset',
          target: targetOf(user),
        });
        await setMfaExclusion(inside, caller, user, body);
      });
      return await show(context, params.id);
    },
  ),
];
