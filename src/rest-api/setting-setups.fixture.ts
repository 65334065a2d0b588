import { allExamples } from './examples/all-examples.ts';
import { ids } from './examples/example.ts';
import type { ExampleWorld } from './examples.fixture.ts';

type Setup = (world: ExampleWorld) => Promise<void>;

const createsRole: Setup = async (world) => {
  const { id } = await world.prepare('POST', '/api/v2/roles', allExamples['POST /api/v2/roles']?.body);
  world.real.set(ids.role, id);
};

const createsSchema: Setup = async (world) => {
  await world.prepare('POST', '/api/schemas', allExamples['POST /api/schemas']?.body);
};

/** Creates the roles and the schemas of the examples. */
export const settingSetups: Readonly<Record<string, Setup>> = {
  'GET /api/schemas': createsSchema,
  'GET /api/schemas/:id': createsSchema,
  'PUT /api/schemas/:id': createsSchema,
  'DELETE /api/schemas/:id': createsSchema,
  'GET /api/v2/roles': createsRole,
  'GET /api/v2/roles/:id': createsRole,
  'PUT /api/v2/roles/:id': createsRole,
  'DELETE /api/v2/roles/:id': createsRole,
};
