import { z } from 'zod';
import { TranslatedError } from '#base/translated-error.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { requireIntegration, requireIntegrationNamed } from '#integrations/integrations.ts';
import type { Rules } from '#integrations/rules.ts';
import { shownEvaluation, shownPreview, shownReplay } from '#scim-server/evaluation/evaluation-words.ts';
import {
  differenceKinds,
  PREVIEW_EVALUATED_MAX,
  PREVIEW_LISTED_MAX,
  PREVIEW_READ_MAX,
  PREVIEW_SKIPPED_LISTED_MAX,
  previewRules,
  type DifferenceKind,
} from '#scim-server/evaluation/preview-rules.ts';
import { PREVIEWS_MAX } from '#scim-server/evaluation/preview-limit.ts';
import { notReplayable, replayLogged, replayPasted, type ReplayDeps } from '#scim-server/evaluation/replay.ts';
import { BODY_BYTES_MAX } from '#scim-server/limits.ts';
import { SCIM_PREFIX } from '#scim-server/scim-path.ts';
import { identityOf, languageOf, type Context } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { nameSchema, route, type Route } from '../route.ts';
import { integrationIdParams } from '../schemas.ts';
import { rulesBody } from './integration-routes.ts';

const tag = 'Requests';

/** The maximum number of characters of the path of a pasted request. */
export const PASTED_PATH_LENGTH_MAX = 4_096;

/** The maximum length of the id of a logged request in a path. */
const REQUEST_ID_LENGTH_MAX = 100;

const decisions = ['created', 'changed', 'unchanged', 'deleted', 'refused'] as const;

const evaluationShape = {
  decision: z.enum(decisions),
  sentence: z.string(),
  status: z.int(),
  answer: z.looseObject({}).nullable(),
  reason: z.string().nullable(),
  reasonText: z.string().nullable(),
  rules: z.array(z.object({ name: z.string(), value: z.union([z.string(), z.boolean()]) })),
  ignored: z.array(z.object({ path: z.string(), reason: z.string() })),
  target: z.object({ id: z.string(), name: z.string() }).nullable(),
  events: z.array(
    z.object({
      event_type: z.string(),
      changes: z.array(z.looseObject({ field: z.string(), from: z.unknown(), to: z.unknown() })),
    }),
  ),
} as const;

const evaluationTexts = {
  decision: 'What the directory would do: created, changed, unchanged, deleted or refused.',
  sentence: 'The decision in words.',
  status: 'The HTTP status that the request would get.',
  answer:
    'The body that the request would get; null for none. The id and the times of a new resource differ each time.',
  reason: 'The code of the error; null if the request would be accepted.',
  reasonText: 'Why the request would be refused, and what to do; null if it would be accepted.',
  rules: 'The rule of the integration that would refuse the request, or the rules that would decide its effect.',
  'rules.name': 'The name of the rule.',
  'rules.value': 'The value of the rule.',
  ignored: 'The attributes of the request that would be ignored.',
  'ignored.path': 'The path of the attribute.',
  'ignored.reason': 'Why it would be ignored: unknown or readOnly.',
  target: 'The user or the group that would be written; null if the request would be refused.',
  'target.id': 'The id. That of a new resource differs each time.',
  'target.name': 'The userName of the user, or the displayName of the group.',
  events: 'The events that would be recorded, newest first.',
  'events.event_type': 'The type of the event.',
  'events.changes': 'The attributes that would change.',
  'events.changes.field': 'The path of the attribute.',
  'events.changes.from': 'The value before; null for none.',
  'events.changes.to': 'The value after; null for none.',
} as const;

const evaluationAnswer = describeFields(z.object(evaluationShape), evaluationTexts).meta({
  id: 'evaluation',
  description: 'What the directory would do with a SCIM request. Nothing was changed, and no email is sent.',
});

const replayAnswer = describeFields(
  z.object({
    id: z.string(),
    time: z.iso.datetime(),
    outcome: z.string(),
    status: z.int(),
    reason: z.string().nullable(),
    name: z.string().nullable(),
    isReplayable: z.boolean(),
    notReplayable: z.enum(Object.keys(notReplayable) as [keyof typeof notReplayable]).nullable(),
    notReplayableText: z.string().nullable(),
    assumed: z.string().nullable(),
    evaluation: evaluationAnswer.nullable(),
  }),
  {
    id: 'The id of the logged request.',
    time: 'When the request arrived: RFC 3339, in UTC.',
    outcome: 'The outcome of the request when it arrived: accepted, unchanged, refused or failed.',
    status: 'The HTTP status that the request got.',
    reason: 'The code of the error that the request got; null if it was accepted.',
    name: 'The name of the user or the group; null if it is not known.',
    isReplayable: 'False if the request cannot be evaluated.',
    notReplayable: 'Why the request cannot be evaluated; null if it was.',
    notReplayableText: 'The same in words; null if the request was evaluated.',
    assumed: 'What was assumed about the user or the group, in words; null for nothing.',
    evaluation: 'The result of the evaluation; null if the request cannot be evaluated.',
  },
);

const requestIdParams = describeFields(z.object({ id: z.string().min(1).max(REQUEST_ID_LENGTH_MAX) }), {
  id: 'The id of the logged request, as GET /api/requests returns it.',
});

const pastedBody = describeFields(
  z.strictObject({
    source: nameSchema.optional(),
    method: z.string().min(1).max(20),
    path: z.string().min(1).max(PASTED_PATH_LENGTH_MAX),
    body: z.string().max(BODY_BYTES_MAX).optional(),
  }),
  {
    source: 'The integration that sends the request: its name or its id. Default: the first integration.',
    method: 'The method: POST, PUT, PATCH or DELETE.',
    path: `The path, with or without the Tenant URL, such as /Users: 1 to ${PASTED_PATH_LENGTH_MAX.toLocaleString('en-US')} characters.`,
    body: 'The body as text. Default: no body.',
  },
);

const differenceShape = {
  kind: z.enum(Object.keys(differenceKinds) as [DifferenceKind]),
  requestId: z.string(),
  time: z.iso.datetime(),
  type: z.enum(['User', 'Group']),
  targetId: z.string().nullable(),
  name: z.string().nullable(),
  today: evaluationAnswer,
  proposed: evaluationAnswer,
} as const;

const previewAnswer = describeFields(
  z.object({
    from: z.iso.datetime().nullable(),
    to: z.iso.datetime().nullable(),
    read: z.int(),
    evaluated: z.int(),
    notReplayable: z.int(),
    skipped: z.array(
      z.object({
        reason: z.enum(Object.keys(notReplayable) as [keyof typeof notReplayable]),
        text: z.string(),
        count: z.int(),
        requestIds: z.array(z.string()),
      }),
    ),
    isPartial: z.boolean(),
    people: z.int(),
    groups: z.int(),
    kinds: z.object({ accepted: z.int(), refused: z.int(), effect: z.int(), reason: z.int() }),
    differences: z.array(z.object(differenceShape)),
  }),
  {
    from: 'When the oldest evaluated request arrived: RFC 3339, in UTC; null if there were none.',
    to: 'When the newest evaluated request arrived: RFC 3339, in UTC; null if there were none.',
    read: 'The number of logged writes of the integration that were considered.',
    evaluated: 'The number of requests that were evaluated: the newest of each kind about each user and group.',
    notReplayable:
      'The number of requests that could not be evaluated, for example because their body was masked, cut or erased.',
    skipped: 'The requests that could not be evaluated, by reason, the most frequent first.',
    'skipped.reason': 'The code of the reason, as in the replay of one of them.',
    'skipped.text': 'The reason for people, as the end of a sentence about the request.',
    'skipped.count': 'The number of requests with this reason.',
    'skipped.requestIds': `The ids of the newest of them, at most ${PREVIEW_SKIPPED_LISTED_MAX}.`,
    isPartial: `True if there are more requests than the ${PREVIEW_READ_MAX.toLocaleString('en-US')} that are read, or the ${PREVIEW_EVALUATED_MAX} that are evaluated.`,
    people: 'The number of people about whom at least one request would be decided differently.',
    groups: 'The number of groups about which at least one request would be decided differently.',
    kinds: 'The number of these people and groups by the kind of the difference.',
    'kinds.accepted': 'The number whose request would be accepted instead of refused.',
    'kinds.refused': 'The number whose request would be refused instead of accepted.',
    'kinds.effect': 'The number whose request would be accepted as before, with another effect.',
    'kinds.reason': 'The number whose request would be refused as before, for another reason.',
    differences: `The differences, newest first, one for each person or group: at most ${PREVIEW_LISTED_MAX}.`,
    'differences.kind': Object.entries(differenceKinds)
      .map(([name, text]) => `${name}: ${text}`)
      .join(' '),
    'differences.requestId': 'The id of the logged request.',
    'differences.time': 'When the request arrived: RFC 3339, in UTC.',
    'differences.type': 'User or Group.',
    'differences.targetId': 'The id of the user or the group; null for a refused creation.',
    'differences.name': 'The name of the user or the group; null if it is not known.',
    'differences.today': 'The result with the rules of today.',
    'differences.proposed': 'The result with the proposed rules.',
  },
);

/** Returns what an evaluation needs, for the organization of the request. */
function replayDeps(context: Context): ReplayDeps {
  const { deps, organizationId, permissions } = identityOf(context);
  const missing = (['users.read', 'groups.read', 'integrations.read'] as const).find((name) => !permissions.has(name));
  if (missing !== undefined) {
    throw new TranslatedError('roleForbidden', ({ admin }) => admin.requests.evaluationForbidden(missing));
  }
  return {
    deps: deps as DirectoryDeps,
    organizationId,
    baseUrl: `${context.services.accounts.publicUrl()}${SCIM_PREFIX}`,
  };
}

/** The routes that evaluate SCIM requests without changing anything. */
export const replayRoutes: readonly Route[] = [
  route(
    {
      method: 'POST',
      path: '/api/requests/:id/replay',
      tag,
      summary: 'Evaluate a logged SCIM request under the rules of today without changing anything',
      access: 'requests.read',
      params: requestIdParams,
      answer: replayAnswer,
    },
    async (context, { params }) => shownReplay(await replayLogged(replayDeps(context), params.id), languageOf(context)),
  ),
  route(
    {
      method: 'POST',
      path: '/api/requests/replay',
      tag,
      summary: 'Evaluate a pasted SCIM request without changing anything',
      access: 'requests.read',
      body: pastedBody,
      bodyBytesMax: 2 * BODY_BYTES_MAX,
      answer: evaluationAnswer,
    },
    async (context, { body }) => {
      const scope = replayDeps(context);
      const { source, ...sent } = body;
      const integration =
        source === undefined
          ? await requireIntegration(scope.deps.database, scope.organizationId, null)
          : await requireIntegrationNamed(scope.deps.database, scope.organizationId, source);
      return shownEvaluation(await replayPasted(scope, integration, { ...sent, body: sent.body }), languageOf(context));
    },
  ),
  route(
    {
      method: 'POST',
      path: '/api/integrations/:id/preview',
      tag: 'Integrations',
      summary: 'Count the people about whom logged requests would be decided differently with other rules',
      access: 'requests.read',
      params: integrationIdParams,
      body: describeFields(z.strictObject({ rules: rulesBody }), {
        rules: 'The proposed rules, by their names. Other rules keep their values.',
      }),
      answer: previewAnswer,
      refusals: {
        429: {
          description: `The server is still calculating another preview for the organization, or ${PREVIEWS_MAX} for others.`,
        },
      },
    },
    async (context, { params, body }) => {
      const scope = replayDeps(context);
      const integration = await requireIntegration(scope.deps.database, scope.organizationId, params.id);
      const rules = { ...integration.rules, ...(body.rules as Partial<Rules>) };
      const { previews } = context.services;
      return shownPreview(
        await previews.run(scope.organizationId, () => previewRules(scope, integration, rules)),
        languageOf(context),
      );
    },
  ),
];
