import { writeCursor } from '#directory/timeline-cursor.ts';
import { ids, modified, type Examples } from './example.ts';

/** The name in the example of a request, and a cursor of the timeline of this name. */
export const timelineName = 'bob.moser';
export const timelineCursor = writeCursor(timelineName, {
  events: { before: 48_213 },
  named: { at: 1_770_127_500_000, id: ids.event },
  requests: { at: 1_770_127_500_000, sequence: 9_120 },
});

const requestId = '019c2a4e-7d10-7c3a-9b52-3f6f0a1b2c3d';

export const timelineExamples: Examples = {
  'GET /api/timeline': {
    answer: {
      person: {
        id: ids.user,
        name: 'Ann Meier',
        state: 'present',
        userName: 'ann.meier',
        username: 'ann.meier',
        email: 'ann.meier@contoso.com',
        displayName: 'Ann Meier',
        externalId: null,
        deletedAt: null,
        restorableUntil: null,
      },
      namesakes: [],
      entries: [
        {
          id: ids.event,
          eventId: ids.event,
          time: modified,
          type: 'user_update',
          words: 'Entra ID changed ann.meier.',
          actor: { type: 'integration', id: ids.integration, name: 'Entra ID' },
          group: null,
          changes: [
            {
              field: 'title',
              attribute: 'Title',
              from: 'Purchasing Lead',
              to: 'Head of Purchasing',
              text: 'Title: Purchasing Lead → Head of Purchasing',
            },
          ],
          ignored: [],
          refusal: null,
          requestId,
          request: {
            id: requestId,
            method: 'PATCH',
            path: `/scim/v2/Users/${ids.user}`,
            outcome: 'accepted',
            status: 200,
            client: 'Microsoft Entra ID',
            durationMs: 2.417,
            hasContent: true,
          },
        },
      ],
      before: timelineCursor,
      similar: [],
      advice: [],
    },
  },
};
