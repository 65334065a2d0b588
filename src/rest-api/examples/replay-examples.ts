import { created, ids, modified, type Examples } from './example.ts';
import { reasonText } from './request-examples.ts';

const refused = {
  decision: 'refused',
  sentence: 'The directory would refuse the request (emailRequired).',
  status: 400,
  answer: {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: '400',
    scimType: 'invalidValue',
    detail: reasonText,
  },
  reason: 'emailRequired',
  reasonText,
  rules: [{ name: 'email', value: 'required' }],
  ignored: [],
  target: null,
  events: [],
};

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';

const createdUser = {
  decision: 'created',
  sentence: 'The directory would create bob.moser.',
  status: 201,
  answer: {
    schemas: [userSchema],
    id: ids.newUser,
    meta: {
      resourceType: 'User',
      created,
      lastModified: created,
      location: `https://directory.contoso.com/scim/v2/Users/${ids.newUser}`,
      version: 'W/"1"',
    },
    userName: 'bob.moser',
    active: true,
  },
  reason: null,
  reasonText: null,
  rules: [],
  ignored: [],
  target: { id: ids.newUser, name: 'bob.moser' },
  events: [{ event_type: 'user_create', changes: [{ field: 'userName', from: null, to: 'bob.moser' }] }],
};

/** Examples of the operations that evaluate requests without changing anything. */
export const replayExamples: Examples = {
  'POST /api/requests/:id/replay': {
    answer: {
      id: ids.request,
      time: modified,
      outcome: 'refused',
      status: 400,
      reason: 'emailRequired',
      name: 'bob.moser',
      isReplayable: true,
      notReplayable: null,
      notReplayableText: null,
      assumed: null,
      evaluation: refused,
    },
  },
  'POST /api/requests/replay': {
    body: {
      source: 'Entra ID',
      method: 'POST',
      path: '/Users',
      body: `{"schemas":["${userSchema}"],"userName":"bob.moser"}`,
    },
    answer: refused,
  },
  'POST /api/integrations/:id/preview': {
    body: { rules: { email: 'optional' } },
    answer: {
      from: modified,
      to: modified,
      read: 1,
      evaluated: 1,
      notReplayable: 0,
      skipped: [],
      isPartial: false,
      people: 1,
      groups: 0,
      kinds: { accepted: 1, refused: 0, effect: 0, reason: 0 },
      differences: [
        {
          kind: 'accepted',
          requestId: ids.request,
          type: 'User',
          targetId: null,
          name: 'bob.moser',
          time: modified,
          today: refused,
          proposed: createdUser,
        },
      ],
    },
  },
};
