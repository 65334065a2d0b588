import { z } from 'zod';
import { credentialOfBrowser } from '#access/browser-credential.ts';
import { endOfSession } from '#access/session-rules.ts';
import { hashApiKey } from '#admins/api-key.ts';
import { requireAccess } from '#admins/authenticate.ts';
import { eventTypes } from '#audit/event-types.ts';
import { AppError, quote } from '#base/errors.ts';
import { languages } from '#base/words/language.ts';
import { requestKinds } from '#request-log/logged-request.ts';
import { ORGANIZATION_LISTENERS_MAX, type LiveRequest } from '#live/live-hub.ts';
import { POSITION_LENGTH_MAX } from '#live/live-position.ts';
import { liveKinds, liveSources, type LiveKind } from '#live/live-sources.ts';
import { identityOf, languageOf, type Context, type Identity } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { identify } from '../identify.ts';
import { RawAnswer, route, type Route } from '../route.ts';

/** The maximum number of types that a listener can name. */
export const LIVE_TYPES_MAX = 50;

const names = z.string().max(4_096);

const liveQuery = describeFields(
  z.looseObject({
    kinds: names.optional(),
    types: names.optional(),
    source: z
      .string()
      .regex(/^[0-9a-f]{24}$/i, 'must be an id of 24 hexadecimal digits')
      .optional(),
    lastEventId: z.string().max(POSITION_LENGTH_MAX).optional(),
    language: z.enum(languages).optional(),
    'x-org-id': z.string().max(100).optional(),
  }),
  {
    kinds: `What to receive, separated by commas: ${liveKinds.join(', ')}. Default: everything that the caller may read.`,
    types: `Only events of these types and requests of these kinds, separated by commas: 1 to ${LIVE_TYPES_MAX} names. Default: all.`,
    source: 'Only events and requests of the integration with this id. Default: all.',
    lastEventId:
      'The id of the last message that was received, for clients that cannot send the header Last-Event-ID. The header takes precedence.',
    language:
      'The language of the texts for people, for browsers, which cannot send headers with an EventSource. Default: that of Accept-Language, or else English.',
    'x-org-id':
      'The id of the organization, as in the header x-org-id, for browsers, which cannot send headers with an EventSource.',
  },
);

/** The route itself, because the access of a listener is checked again with it. */
const liveRoute: Route = route(
  {
    method: 'GET',
    path: '/api/live',
    tag: 'Live updates',
    summary: 'Receive new events as Server-Sent Events, until the client closes the connection',
    access: 'events.read',
    query: liveQuery,
    headers: {
      'last-event-id':
        'The id of the last message that was received. Messages after it are sent first. A browser sends the header automatically when it connects again.',
    },
    mediaType: 'text/event-stream',
    answerHeaders: {
      'X-Accel-Buffering': {
        description: 'Always no: nginx must not collect the messages in a buffer.',
        example: 'no',
      },
    },
    isBackground: true,
    organizationInQuery: true,
    refusals: {
      429: { description: `The organization already has ${ORGANIZATION_LISTENERS_MAX} connections to this server.` },
    },
  },
  async (context, { query }) => {
    if (context.request.method === 'HEAD') return new RawAnswer('', liveHeaders);
    const identity = identityOf(context);
    const kinds = kindsOf(identity, query.kinds);
    const stream = await context.services.live.open({
      organizationId: identity.organizationId,
      kinds,
      language: query.language ?? languageOf(context),
      types: typesOf(query.types),
      source: query.source?.toLowerCase(),
      lastId: lastIdOf(context, query.lastEventId),
      access: await watchedAccess(context, kinds),
    });
    return new RawAnswer(stream, liveHeaders);
  },
);

export const liveRoutes: readonly Route[] = [liveRoute];

const liveHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'x-accel-buffering': 'no',
  // Without it, a server that stops would wait for the connection although the stream has ended.
  connection: 'close',
};

function kindsOf(identity: Identity, text: string | undefined): ReadonlySet<LiveKind> {
  if (text === undefined) {
    return new Set(liveKinds.filter((kind) => identity.permissions.has(liveSources[kind].permission)));
  }
  const kinds = text.split(',').map((name) => {
    const kind = liveKinds.find((one) => one === name.trim());
    if (kind !== undefined) return kind;
    throw new AppError(
      'invalidQuery',
      `There is no kind ${quote(name.trim())}. The kinds are: ${liveKinds.join(', ')}.`,
      {
        attribute: 'kinds',
        value: name,
      },
    );
  });
  requireKinds(identity, kinds);
  return new Set(kinds);
}

/** Throws `roleForbidden` (403) unless the caller may read all kinds. */
function requireKinds({ principal, permissions, role }: Identity, kinds: Iterable<LiveKind>): void {
  const { administrator } = principal;
  const sender = { ...principal, administrator: administrator && { ...administrator, permissions, role } };
  for (const kind of kinds) {
    requireAccess(sender, { openToUsers: false, permission: liveSources[kind].permission });
  }
}

function typesOf(text: string | undefined): ReadonlySet<string> | undefined {
  if (text === undefined) return undefined;
  const types = new Set(text.split(',').map((name) => name.trim()));
  const unknown = [...types].find((type) => !Object.hasOwn(eventTypes, type) && !Object.hasOwn(requestKinds, type));
  if (unknown !== undefined) {
    throw new AppError(
      'invalidQuery',
      `There is no event type and no kind of request ${quote(unknown)}: docs/reference/events.md lists all event types.`,
      { attribute: 'types', value: unknown },
    );
  }
  if (types.size <= LIVE_TYPES_MAX) return types;
  throw new AppError(
    'invalidQuery',
    `types has ${types.size} types, and at most ${LIVE_TYPES_MAX} are allowed: name fewer, or leave it out to receive all types.`,
    { attribute: 'types' },
  );
}

function lastIdOf({ request }: Context, inQuery: string | undefined): string | undefined {
  const header = request.headers['last-event-id'];
  const id = typeof header === 'string' ? header : inQuery;
  return id === '' ? undefined : id;
}

/** Returns how the access of the caller is checked again while it listens. */
async function watchedAccess(context: Context, kinds: ReadonlySet<LiveKind>): Promise<LiveRequest['access']> {
  const { services, request } = context;
  const { principal } = identityOf(context);
  const { key } = credentialOfBrowser(request, services.accounts.publicUrl());
  return {
    home: (await services.tenants.accessTo(principal.organizationId)).shard,
    tokenHash: principal.credential === 'key' || key === undefined ? undefined : hashApiKey(key),
    check: async () => {
      const identity = await identify(services, request, liveRoute, { origin: undefined });
      requireKinds(identity, kinds);
      return await endOf(services, identity.principal);
    },
  };
}

/** Returns when the credential expires, or when the session ends because it is idle, in milliseconds since 1970. */
async function endOf({ tenants }: Context['services'], principal: Identity['principal']): Promise<number> {
  if (principal.credential !== 'session') return principal.expiresAt ?? Number.POSITIVE_INFINITY;
  return await endOfSession(tenants, await tenants.accessTo(principal.organizationId), principal);
}
