import { z } from 'zod';
import {
  ACTIVITY_HOURS,
  integrationActivity,
  SILENT_DAYS_MIN,
  SILENT_INTERVALS,
  SILENT_MINUTES_MIN,
} from '#integrations/activity.ts';
import { identityOf, languageOf } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { route, type Route } from '../route.ts';

const within = `in the last ${ACTIVITY_HOURS} hours`;

const activityAnswer = describeFields(
  z.object({
    id: z.string(),
    name: z.string(),
    lastRequestAt: z.iso.datetime().nullable(),
    lastRequestFlagged: z.boolean().nullable(),
    usualIntervalMinutes: z.int().nullable(),
    isSilent: z.boolean(),
    requests: z.int(),
    refused: z.int(),
    connectionTests: z.int(),
    lastConnectionTestAt: z.iso.datetime().nullable(),
    lastRefusal: z.object({ id: z.string(), at: z.iso.datetime(), reason: z.string(), title: z.string() }).nullable(),
    people: z.int(),
    groups: z.int(),
  }),
  {
    id: 'The id of the integration: 24 hexadecimal digits.',
    name: 'The name of the integration.',
    lastRequestAt: 'When the integration last sent a request: RFC 3339, in UTC; null if it never did.',
    lastRequestFlagged:
      'True if the last request, or another one in the hour before it, had the flag aadOptscim062020, which Provision on demand does not use; null before the first request.',
    usualIntervalMinutes:
      'The usual number of minutes from one visit of the integration to the next; null if there were too few visits, or if it sends requests all the time.',
    isSilent: `True if it has sent nothing for more than ${SILENT_INTERVALS} times its usual interval, and for at least ${SILENT_MINUTES_MIN} minutes; without a usual interval, for more than ${SILENT_DAYS_MIN * 24} hours.`,
    requests: `The number of requests ${within}.`,
    refused: `The number of requests that were refused or failed ${within}.`,
    connectionTests: `How often the integration tested the connection ${within}. The search for a user and the search for a group that Entra ID sends each time count as one test.`,
    lastConnectionTestAt: `When the last request of Test Connection arrived: RFC 3339, in UTC; null for none ${within}.`,
    lastRefusal: `The last request that was refused or failed; null for none ${within}.`,
    'lastRefusal.id': 'The id of the request in the list of requests.',
    'lastRefusal.at': 'When the request arrived: RFC 3339, in UTC.',
    'lastRefusal.reason': 'The code of the error.',
    'lastRefusal.title': 'The reason in words.',
    people: 'The number of users that the integration owns. Deleted users do not count.',
    groups: 'The number of groups that the integration owns. Deleted groups do not count.',
  },
);

/** The route that says what the identity sources did recently, and what they own. */
export const activityRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/integrations/activity',
      tag: 'Integrations',
      summary: 'Show when each integration sent requests, and how many users and groups it owns',
      access: 'integrations.read',
      answer: describeFields(
        z.object({ since: z.iso.datetime(), countedAt: z.iso.datetime(), results: z.array(activityAnswer) }),
        {
          since: 'The start of the period in which requests are counted: RFC 3339, in UTC.',
          countedAt: 'When the numbers were counted: RFC 3339, in UTC.',
          results: 'The integrations, oldest first.',
        },
      ),
    },
    async (context) => {
      const { deps, organizationId } = identityOf(context);
      return await integrationActivity(deps, organizationId, languageOf(context));
    },
  ),
];
