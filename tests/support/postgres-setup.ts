import { migrate } from '#database/migrate.ts';
import { openPostgres } from '#database/postgres/open-postgres.ts';
import { startPostgres, TEST_ROLE } from './postgres-cluster.ts';
import { fillPlanDatabase } from './statement-plans/plan-database.ts';
import { PLAN_DATABASE } from './statement-plans/postgres-plan.ts';
import { TEMPLATE_DATABASE } from './template-database.ts';

/** Starts one PostgreSQL server for all tests of a run, with a migrated database as the template for copies. */
export async function setup(): Promise<() => Promise<void>> {
  // Faster settings are safe here, because the data of tests need not survive a power failure.
  await using opened = new AsyncDisposableStack();
  const cluster = opened.use(await startPostgres({ fsync: 'off', full_page_writes: 'off', autovacuum: 'off' }));
  await cluster.administer(`create database ${TEMPLATE_DATABASE} owner ${TEST_ROLE}`);
  const template = openPostgres({ url: cluster.urlOf(TEMPLATE_DATABASE), connectionsMax: 2 });
  await migrate(template);
  await template.destroy();
  await cluster.administer(`create database ${PLAN_DATABASE} owner ${TEST_ROLE} template ${TEMPLATE_DATABASE}`);
  await fillPlanDatabase(cluster.port, PLAN_DATABASE);
  // The workers that run the tests inherit the variables.
  process.env['TEST_POSTGRES_SOCKETS'] = cluster.socketFolder;
  process.env['TEST_POSTGRES_PORT'] = String(cluster.port);
  const stack = opened.move();
  return async () => {
    await stack.disposeAsync();
  };
}
