import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { planExceptions } from './plan-exceptions.ts';
import { PostgresPlans } from './postgres-plan.ts';
import { sqlitePlan, tableNames } from './sqlite-plan.ts';
import type { RecordedStatement, StatementRecorder } from './statement-recorder.ts';
import { faultsOf, type Plan } from './table-access.ts';

type Explain = (statement: RecordedStatement) => Promise<Plan>;

/**
 * Checks the plans of the recorded statements. Throws an error that lists every statement whose plan is not allowed, with the remedies.
 * Returns the texts of the statements that are allowed without an exception.
 */
export async function checkPlans(
  recorder: Pick<StatementRecorder, 'statements'>,
  database: Database,
  port: () => number,
): Promise<readonly string[]> {
  if (recorder.statements.length === 0) return [];
  if (engineOf(database).name === 'sqlite') {
    const tables = await tableNames(database);
    return await requireSoundPlans(recorder.statements, (statement) => sqlitePlan(database, statement, tables));
  }
  await using plans = new PostgresPlans(port());
  return await requireSoundPlans(recorder.statements, (statement) => plans.planOf(statement));
}

async function requireSoundPlans(
  statements: readonly RecordedStatement[],
  explain: Explain,
): Promise<readonly string[]> {
  const sound: string[] = [];
  const reports: string[] = [];
  for (const statement of statements) {
    const plan = await explain(statement);
    const found = faultsOf(statement.sql, plan);
    const faults = found.filter((fault) => !isExcepted(statement, fault));
    if (found.length === 0) sound.push(statement.sql);
    if (faults.length > 0) reports.push(reportOf(statement, faults, plan));
  }
  if (reports.length > 0) throw new Error(`${advice}\n\n${reports.join('\n\n')}`);
  return sound;
}

function isExcepted({ source, sql }: RecordedStatement, found: string): boolean {
  return planExceptions.some(
    ({ source: excepted, statement, fault }) =>
      excepted === source && (statement?.test(sql) ?? true) && (fault?.test(found) ?? true),
  );
}

const advice = `These statements get slower as the directory, or another organization, grows. For each of them:
  1. start "where" and "order by" with the organization (or an id that few rows share), and add an index that starts with the same
     column in a migration, and for SQLite also a line in src/database/sqlite/planner-statistics.ts; or
  2. if the statement has to read that many rows, add its source with the reason to
     tests/support/statement-plans/plan-exceptions.ts; or
  3. if its table stays small, add the table with the reason to tests/support/statement-plans/plan-tables.ts.`;

function reportOf({ source, sql }: RecordedStatement, faults: readonly string[], plan: Plan): string {
  return `${source}: ${faults.join('; ')}\n${sql.trim()}\n${plan.text.replaceAll(/^/gm, '    ')}`;
}
