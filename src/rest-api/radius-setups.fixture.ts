import { realOf, type Setup } from './account-setups.fixture.ts';
import { allExamples } from './examples/all-examples.ts';
import { ids } from './examples/example.ts';
import type { ExampleWorld } from './examples.fixture.ts';
import type { Route } from './route.ts';

const servers = '/api/radiusservers';
const bodyOf = (key: keyof typeof allExamples) => allExamples[key]?.body as object;
/** Networks are unique in the installation, so each world gets its own, and its answers are compared as those of the example. */
let networks = 0;

function newNetwork(world: ExampleWorld, example: string, prefix: string): string {
  networks += 1;
  const network = `10.${networks >> 8}.${networks & 0xff}.0${prefix}`;
  world.real.set(example, network);
  return network;
}

const createsServer: Setup = async (world) => {
  const draft = { ...bodyOf(`POST ${servers}`), name: 'Office Wi-Fi' };
  const { id } = await world.prepare('POST', servers, draft);
  world.real.set(ids.radiusServer, id);
  const network = newNetwork(world, '198.51.100.0/24', '/24');
  const client = await world.prepare('POST', `${servers}/${id}/clients`, { name: 'Access points in Berlin', network });
  world.real.set(ids.radiusClient, client.id);
};

const connectsGroup: Setup = async (world) => {
  await createsServer(world);
  const groupId = realOf(world, ids.group);
  await world.prepare('POST', `${servers}/${realOf(world, ids.radiusServer)}/associations`, { op: 'add', id: groupId });
  await setsReplies(world);
};

const setsReplies: Setup = async (world) => {
  const path = `/api/v2/usergroups/${realOf(world, ids.group)}/radius`;
  await world.prepare('PUT', path, bodyOf('PUT /api/v2/usergroups/:id/radius'));
};

const withoutClients: Setup = async (world) => {
  const draft = { ...bodyOf(`POST ${servers}`), name: 'Office Wi-Fi' };
  const { id } = await world.prepare('POST', servers, draft);
  world.real.set(ids.radiusServer, id);
};

const server = `${servers}/:id` as const;
const client = `${server}/clients/:clientId` as const;

/** What exists before the requests of the examples about RADIUS. */
export const radiusSetups: Readonly<Record<`${Route['method']} ${string}`, Setup>> = {
  [`GET ${servers}`]: createsServer,
  [`GET ${server}`]: createsServer,
  [`PUT ${server}`]: createsServer,
  [`DELETE ${server}`]: withoutClients,
  [`GET ${server}/reply`]: async (world: ExampleWorld) => {
    await connectsGroup(world);
    return { query: `?user=${realOf(world, ids.user)}` };
  },
  [`GET ${server}/clients`]: createsServer,
  [`POST ${server}/clients`]: async (world: ExampleWorld) => {
    await withoutClients(world);
    return { body: { network: newNetwork(world, '203.0.113.7', '') } };
  },
  [`GET ${client}`]: createsServer,
  [`PUT ${client}`]: createsServer,
  [`DELETE ${client}`]: createsServer,
  [`POST ${client}/secret`]: createsServer,
  [`GET ${server}/associations`]: connectsGroup,
  [`POST ${server}/associations`]: createsServer,
  [`GET ${server}/users`]: connectsGroup,
  'GET /api/v2/radiusservers/:id/associations': connectsGroup,
  'POST /api/v2/radiusservers/:id/associations': createsServer,
  'GET /api/v2/radiusservers/:id/users': connectsGroup,
  'GET /api/v2/users/:id/radiusservers': connectsGroup,
  'GET /api/v2/usergroups/:id/radiusservers': connectsGroup,
  'GET /api/v2/usergroups/:id/radius': setsReplies,
};
