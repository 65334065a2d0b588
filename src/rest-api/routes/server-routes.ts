import { z } from 'zod';
import { installationPermissions } from '#admins/roles.ts';
import { productVersion } from '#base/product-version.ts';
import { databaseState } from '#database/database-state.ts';
import { databaseFindings, machineFindings } from '#health/health.ts';
import { radiusFindings } from '#health/radius-findings.ts';
import { identityOf, languageOf } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { route, type Route } from '../route.ts';

const serverAnswer = describeFields(
  z.object({
    version: z.string(),
    database: z.object({
      product: z.enum(['SQLite', 'PostgreSQL']),
      version: z.string(),
      schema: z.string().nullable(),
      bytes: z.int().nullable(),
      freeBytes: z.int().nullable(),
    }),
    countedAt: z.iso.datetime(),
  }),
  {
    version: 'The version of Tanhua.',
    database: 'The database that stores the organization.',
    'database.product': 'The database program.',
    'database.version': 'The version of the database program.',
    'database.schema': 'The name of the last migration of the schema; null if none has run.',
    'database.bytes':
      'The size of the database in bytes, with all of its organizations; null for a caller who may not create organizations.',
    'database.freeBytes':
      'The free space in bytes of the disk that stores the database; null for PostgreSQL, which does not report it, and for a caller who may not create organizations.',
    countedAt: 'When the sizes were measured: RFC 3339, in UTC.',
  },
);

const findingAnswer = describeFields(
  z.object({ check: z.string(), status: z.enum(['ok', 'warning', 'fault']), detail: z.string() }),
  {
    check: 'The name of the check, as in tanhua doctor.',
    status: 'ok; warning: it works, but needs attention; fault: something does not work.',
    detail: 'What was found, and what to do, for people.',
  },
).meta({ id: 'healthfinding', description: 'The result of one check of the server.' });
const healthAnswer = describeFields(z.object({ checkedAt: z.iso.datetime(), results: z.array(findingAnswer) }), {
  checkedAt: 'When the checks ran: RFC 3339, in UTC.',
  results: 'What was checked. Faults and warnings are about the whole installation, with all of its organizations.',
});

/** The routes that say which version runs, on which database, how much space is left, and whether all is well. */
export const serverRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/server',
      tag: 'Organizations',
      summary: 'Show the versions of the server and of its database, and the space on disk',
      access: 'organization.read',
      answer: serverAnswer,
    },
    async (context) => {
      const { deps, permissions } = identityOf(context);
      const { bytes, freeBytes, ...database } = await databaseState(deps.database);
      // The sizes say something about the other organizations of the installation.
      const isOperator = installationPermissions.some((permission) => permissions.has(permission));
      return {
        version: productVersion,
        database: { ...database, bytes: isOperator ? bytes : null, freeBytes: isOperator ? freeBytes : null },
        countedAt: deps.clock.now().toISOString(),
      };
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/server/health',
      tag: 'Organizations',
      summary: 'Run the checks of tanhua doctor that do not delay other requests: disk, mail server, databases, keys',
      access: 'organizations.create',
      answer: healthAnswer,
    },
    async (context) => {
      const { deps } = identityOf(context);
      const { checkedConfig: config, fleet, healthChecks } = context.services;
      const language = languageOf(context);
      return await healthChecks.run(language, async () => {
        const machine = await machineFindings(config, language);
        const radius = radiusFindings(config, deps.clock.now(), language);
        const databases = await databaseFindings({ config, fleet, clock: deps.clock, isComplete: false, language });
        return { checkedAt: deps.clock.now().toISOString(), results: [...machine, ...radius, ...databases] };
      });
    },
  ),
];
