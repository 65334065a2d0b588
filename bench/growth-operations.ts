import { randomUUID } from 'node:crypto';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { benchUser } from './bench-user.ts';
import { BENCH_KEY, type ServedDirectory } from './served-directory.ts';

interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

/** Sends the requests of one round. The benchmark measures each round. */
export type Round = () => Promise<void>;

export interface Operation {
  readonly title: string;
  /** Prepares the given number of rounds for a directory. Each round uses different users. */
  readonly prepare: (directory: ServedDirectory, rounds: number) => Promise<readonly Round[]>;
}

/** The difference between the numbers of the users of consecutive rounds: large, so that the database page is rarely in memory already. */
const STRIDE = 7_919;

export async function send(
  { url }: ServedDirectory,
  { method, path, body }: Request,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/scim/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${BENCH_KEY}`, 'content-type': 'application/scim+json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} returned ${response.status}: ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/** Sends a request that creates a resource, and returns the id of the resource. */
async function create(directory: ServedDirectory, request: Request): Promise<string> {
  return String((await send(directory, request))['id']);
}

/** Returns the ids of the listed resources, in the order of the response. */
async function idsOf(directory: ServedDirectory, path: string): Promise<readonly string[]> {
  const { Resources = [] } = (await send(directory, { method: 'GET', path })) as {
    readonly Resources?: readonly { readonly id: string }[];
  };
  return Resources.map(({ id }) => id);
}

function numbersIn({ users }: ServedDirectory, rounds: number): readonly number[] {
  return Array.from({ length: rounds }, (_, round) => Math.floor((round + 1) * STRIDE) % users);
}

async function userIds(directory: ServedDirectory, numbers: readonly number[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const number of numbers) {
    const [id = ''] = await idsOf(
      directory,
      `/Users?attributes=id&filter=userName+eq+%22person${number}%40contoso.example%22`,
    );
    ids.push(id);
  }
  return ids;
}

async function newUsers(directory: ServedDirectory, rounds: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let round = 0; round < rounds; round += 1) ids.push(await create(directory, newUser()));
  return ids;
}

function newUser(): Request {
  const name = randomUUID();
  const user = { ...benchUser(0), userName: `${name}@contoso.example`, externalId: name, displayName: name };
  const emails = [{ type: 'work', primary: true, value: `${name}@contoso.example` }];
  const enterprise = { department: 'Research', employeeNumber: name };
  return { method: 'POST', path: '/Users', body: { ...user, emails, [ENTERPRISE_USER_SCHEMA]: enterprise } };
}

const patch = (path: string, ...operations: readonly unknown[]): Request => ({
  method: 'PATCH',
  path,
  body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations },
});

/** Returns an operation that sends one request about an existing user in each round. */
function onUser(
  title: string,
  requestOf: (id: string, other: string, round: number) => Request,
  offset = 0,
): Operation {
  return {
    title,
    prepare: async (directory, rounds) => {
      const numbers = numbersIn(directory, rounds).map((number) => withLastDigit(directory, number, offset));
      const ids = await userIds(directory, numbers);
      return ids.map((id, round) => async () => {
        await send(directory, requestOf(id, ids[(round + 1) % ids.length] ?? '', round));
      });
    },
  };
}

/** Returns the number that is close to `number` and ends in `digit`. Users with a number that ends in 1 have a manager. */
function withLastDigit({ users }: ServedDirectory, number: number, digit: number): number {
  return Math.min(users - 10, number - (number % 10)) + digit;
}

function onLists(title: string, pathOf: (number: number) => string): Operation {
  return {
    title,
    prepare: async (directory, rounds) =>
      numbersIn(directory, rounds).map((number) => async () => {
        await send(directory, { method: 'GET', path: pathOf(number) });
      }),
  };
}

const lists: readonly Operation[] = [
  onLists('userName eq', (number) => `/Users?filter=userName+eq+%22person${number}%40contoso.example%22`),
  onLists('externalId eq', (number) => `/Users?filter=externalId+eq+%22external-${number}%22`),
  onLists(
    'work email eq',
    (number) => `/Users?filter=emails[type+eq+%22work%22].value+eq+%22person${number}%40contoso.example%22`,
  ),
  onLists('employeeNumber eq', (number) => `/Users?filter=employeeNumber+eq+%22E${number}%22`),
  onLists(
    'displayName eq and active',
    (number) => `/Users?filter=displayName+eq+%22Person+${number}%22+and+active+eq+true`,
  ),
  onLists('only totalResults', () => '/Users?count=0'),
  onLists('a page of 20', () => '/Users?count=20'),
];

const changes: readonly Operation[] = [
  onUser('GET a user', (id) => ({ method: 'GET', path: `/Users/${id}` })),
  onUser('PATCH a title', (id, _, round) =>
    patch(`/Users/${id}`, { op: 'replace', path: 'title', value: `Title ${round}` }),
  ),
  onUser(
    'PATCH a title of a user with a manager',
    (id, _, round) => patch(`/Users/${id}`, { op: 'replace', path: 'title', value: `Title ${round}` }),
    1,
  ),
  onUser(
    'PATCH a manager',
    (id, other) => patch(`/Users/${id}`, { op: 'replace', path: `${ENTERPRISE_USER_SCHEMA}:manager`, value: other }),
    1,
  ),
  {
    title: 'PATCH active to false and back to true',
    prepare: async (directory, rounds) =>
      (await userIds(directory, numbersIn(directory, rounds))).map((id) => async () => {
        for (const value of ['False', 'True']) {
          await send(directory, patch(`/Users/${id}`, { op: 'replace', path: 'active', value }));
        }
      }),
  },
  {
    title: 'POST a user',
    prepare: async (directory, rounds) =>
      Array.from({ length: rounds }, () => async () => void (await send(directory, newUser()))),
  },
  {
    title: 'DELETE a user',
    prepare: async (directory, rounds) =>
      (await newUsers(directory, rounds)).map((id) => async () => {
        await send(directory, { method: 'DELETE', path: `/Users/${id}` });
      }),
  },
];

const groups: readonly Operation[] = [
  {
    title: 'add and remove a member of a group',
    prepare: async (directory, rounds) => {
      const [group = ''] = await idsOf(directory, '/Groups?count=1&attributes=id');
      return (await newUsers(directory, rounds)).map((id) => async () => {
        await send(directory, patch(`/Groups/${group}`, { op: 'add', path: 'members', value: [{ value: id }] }));
        await send(directory, patch(`/Groups/${group}`, { op: 'remove', path: `members[value eq "${id}"]` }));
      });
    },
  },
  {
    title: 'create a group, find it by name, and delete it',
    prepare: async (directory, rounds) =>
      Array.from({ length: rounds }, () => async () => {
        const displayName = randomUUID();
        const id = await create(directory, { method: 'POST', path: '/Groups', body: { displayName } });
        await idsOf(directory, `/Groups?excludedAttributes=members&filter=displayName+eq+%22${displayName}%22`);
        await send(directory, { method: 'DELETE', path: `/Groups/${id}` });
      }),
  },
];

/** The requests that Entra ID sends for a user and a group, from creation to deletion. */
const conversation: Operation = {
  title: 'Entra ID’s whole conversation',
  prepare: async (directory, rounds) => {
    const [manager = ''] = await idsOf(directory, '/Users?count=1&attributes=id');
    return Array.from({ length: rounds }, () => () => wholeConversation(directory, manager));
  },
};

async function wholeConversation(directory: ServedDirectory, manager: string): Promise<void> {
  const request = newUser();
  const { userName, externalId } = request.body as { readonly userName: string; readonly externalId: string };
  await idsOf(directory, `/Users?filter=userName+eq+%22${encodeURIComponent(userName)}%22`);
  const id = await create(directory, request);
  await send(directory, { method: 'GET', path: `/Users/${id}` });
  await send(
    directory,
    patch(`/Users/${id}`, { op: 'Add', path: `${ENTERPRISE_USER_SCHEMA}:manager`, value: manager }),
  );
  await send(directory, patch(`/Users/${id}`, { op: 'Replace', path: 'displayName', value: `Updated ${externalId}` }));
  const groupsByName = `/Groups?excludedAttributes=members&filter=displayName+eq+%22${externalId}%22`;
  await idsOf(directory, groupsByName);
  const body = { displayName: externalId, externalId };
  const group = await create(directory, { method: 'POST', path: '/Groups', body });
  await send(directory, patch(`/Groups/${group}`, { op: 'Add', path: 'members', value: [{ value: id }] }));
  await send(directory, { method: 'GET', path: `/Groups/${group}?excludedAttributes=members` });
  await send(directory, patch(`/Groups/${group}`, { op: 'Remove', path: 'members', value: [{ value: id }] }));
  await send(directory, patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'False' }));
  await send(directory, { method: 'DELETE', path: `/Groups/${group}` });
  await send(directory, { method: 'DELETE', path: `/Users/${id}` });
}

/** Operations that should cost the same in a small and in a large directory. */
export const operations: readonly Operation[] = [...lists, ...changes, ...groups, conversation];
