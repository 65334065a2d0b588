import { randomUUID } from 'node:crypto';
import express from 'express';
import SCIMMY from 'scimmy';
import { SCIMMYRouters } from 'scimmy-routers';
import { benchUser } from '../bench-user.ts';

/**
 * The peer of the benchmark: SCIMMY with Express, as in its documentation, with all data in memory. `node bench/speed/scimmy-server.ts
 * 1000` creates 1,000 users. Prints its URL and the ids of the users as a JSON line.
 */

type Stored = Record<string, unknown> & { id: string };

const users = new Map<string, Stored>();
const groups = new Map<string, Stored>();

for (let index = 0; index < Number(process.argv[2] ?? 0); index += 1) {
  const id = randomUUID();
  users.set(id, { ...benchUser(index), id });
}

for (const [type, stored] of [
  [SCIMMY.Resources.User, users],
  [SCIMMY.Resources.Group, groups],
] as const) {
  SCIMMY.Resources.declare(type as typeof SCIMMY.Resources.User)
    .ingress(async (resource, instance) => {
      const id = resource.id ?? randomUUID();
      const kept = { ...JSON.parse(JSON.stringify(instance)), id } as Stored;
      stored.set(id, kept);
      return kept as never;
    })
    .egress(async (resource) => {
      if (resource.id !== undefined) {
        const found = stored.get(resource.id);
        if (found === undefined) throw new SCIMMY.Types.Error(404, '', `There is no ${resource.id}.`);
        return found as never;
      }
      const all = [...stored.values()];
      return (resource.filter === undefined ? all : resource.filter.match(all)) as never;
    })
    .degress(async (resource) => {
      stored.delete(resource.id ?? '');
    });
}
SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);

const app = express();
app.use('/scim/v2', new SCIMMYRouters({ type: 'bearer', handler: () => 'bench' }) as never);
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}`, ids: [...users.keys()] }));
});
