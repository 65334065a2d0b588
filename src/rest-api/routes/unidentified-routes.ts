import { z } from 'zod';
import { UNIDENTIFIED_SHOWN_DAYS, unidentifiedSenders } from '#access/unidentified-senders.ts';
import { identityOf, languageOf } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { route, type Route } from '../route.ts';

const unidentifiedAnswer = describeFields(
  z.object({
    address: z.string(),
    reason: z.string(),
    reasonText: z.string(),
    prefix: z.string().nullable(),
    requests: z.int(),
    firstSeenAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime(),
  }),
  {
    address: 'The IP address that sent the requests.',
    reason: 'The code of the reason why the key identifies no caller, listed in docs/reference/errors.md.',
    reasonText: 'The reason in words, and what to do.',
    prefix: 'The first characters of the key; null for a key that does not have the form of a Tanhua key.',
    requests: 'The number of requests. Requests of the last seconds may not be counted yet.',
    firstSeenAt: 'When the first request arrived: RFC 3339, in UTC.',
    lastSeenAt: 'When the last request arrived: RFC 3339, in UTC.',
  },
).meta({ id: 'unidentifiedsender', description: 'SCIM requests whose key identifies no caller.' });

/** The route that shows SCIM requests that are in no list of requests, because their key is not known. */
export const unidentifiedRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/requests/unidentified',
      tag: 'Requests',
      summary: `Show the SCIM requests of the last ${UNIDENTIFIED_SHOWN_DAYS * 24} hours without a known key`,
      access: 'requests.read',
      answer: describeFields(z.object({ results: z.array(unidentifiedAnswer) }), {
        results:
          'The requests by address, reason and key, most recent first. If the server has several organizations: only requests whose key begins like a key of the organization.',
      }),
    },
    async (context) => {
      const { deps, organizationId } = identityOf(context);
      const { database, clock } = deps;
      const { fleet } = context.services;
      const language = languageOf(context);
      const senders = await unidentifiedSenders({ database, clock, fleet, language }, organizationId);
      return {
        results: senders.map(({ prefix, firstSeenAt, lastSeenAt, ...rest }) => ({
          ...rest,
          prefix: prefix === '' ? null : prefix,
          firstSeenAt: firstSeenAt.toISOString(),
          lastSeenAt: lastSeenAt.toISOString(),
        })),
      };
    },
  ),
];
