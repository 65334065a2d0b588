import { z } from 'zod';
import { TranslatedError } from '#base/translated-error.ts';
import { personTimeline, TIMELINE_ENTRIES_MAX } from '#directory/timeline.ts';
import { identityOf, languageOf } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { targetName } from '../event-search.ts';
import { LIMIT_MAX } from '../list-query.ts';
import { route, type Route } from '../route.ts';
import { timelineAnswer } from '../timeline-schemas.ts';

/** The maximum number of UTF-16 units of a cursor, which contains an id or a folded name. */
export const CURSOR_LENGTH_MAX = 2_048;

const timelineQuery = describeFields(
  z.looseObject({
    person: targetName,
    limit: z.coerce.number().int().min(1).max(TIMELINE_ENTRIES_MAX).optional(),
    before: z.string().min(1).max(CURSOR_LENGTH_MAX).optional(),
  }),
  {
    person:
      'The person: an id, userName, username, email, displayName or externalId, in any letter case. Former values, and values in refused requests, are found too. 1 to 1,024 characters.',
    limit: `The maximum number of entries: 1 to ${TIMELINE_ENTRIES_MAX}. Default: ${LIMIT_MAX}.`,
    before: `The value of before in the response with the previous page: at most ${CURSOR_LENGTH_MAX} characters.`,
  },
);

/** The route for what happened to a person, also for a name that is not in the directory. */
export const timelineRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/timeline',
      tag: 'Events',
      summary: 'Show what happened to a person in words, newest first, also for a name that is not in the directory',
      access: 'events.read',
      query: timelineQuery,
      answer: timelineAnswer,
    },
    async (context, { query }) => {
      const { deps, organizationId, permissions } = identityOf(context);
      if (!permissions.has('users.read')) {
        throw new TranslatedError('roleForbidden', ({ admin }) => admin.people.timelineForbidden);
      }
      return await personTimeline(deps.database, {
        organizationId,
        person: query.person,
        limit: query.limit ?? LIMIT_MAX,
        before: query.before,
        withRequests: permissions.has('requests.read'),
        language: languageOf(context),
      });
    },
  ),
];
