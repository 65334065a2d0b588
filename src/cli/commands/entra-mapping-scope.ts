import type { Command } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import { mappingOf, setScope } from '#entra/application/schema-edits.ts';
import { describeClause } from '#entra/application/scoping-filter.ts';
import { findScopingOperator, scopingOperators } from '#entra/application/scoping-operators.ts';
import type { FilterClause } from '#entra/application/synchronization-schema.ts';
import { changeMappings, chosenJob, typeOf, withMapping, type MappingOptions } from '../mapping-options.ts';
import { printRows } from '../output.ts';
import { openSession } from '../session.ts';

/** Adds the commands "mapping scope …", for scoping filters. A filter has a title, and clauses that an object must all match. */
export function addScopeCommands(parent: Command): void {
  const command = parent
    .command('scope')
    .description('Manage scoping filters. An object is in scope if it matches at least one filter.');
  withMapping(command.command('list')).description('List the scoping filters.').action(list);
  withMapping(command.command('add'))
    .argument('<title>', 'the title of the new filter')
    .argument('<clauses...>', 'ATTRIBUTE OPERATOR VALUE, such as "department EQUALS Sales"; an object must match all')
    .description('Add a scoping filter.')
    .addHelpText('after', `\nOperators: ${scopingOperators.map(({ name }) => name).join(', ')}`)
    .action(async (title: string, clauses: readonly string[], options: MappingOptions) => {
      const type = typeOf(options);
      const added = { name: title, clauses: clauses.map(readClause) };
      await changeMappings(options, `Added the filter ${quote(title)}.`, (schema) => {
        const groups = mappingOf(schema, type).mapping.scope?.groups ?? [];
        if (!groups.some(({ name }) => name === title)) return setScope(schema, type, [...groups, added]);
        throw new AppError('conflict', `There is already a scoping filter ${quote(title)}: remove it first.`);
      });
    });
  withMapping(command.command('remove'))
    .argument('<title>', 'the title of the filter')
    .description('Remove a scoping filter.')
    .action(async (title: string, options: MappingOptions) => {
      const type = typeOf(options);
      await changeMappings(options, `Removed the filter ${quote(title)}.`, (schema) => {
        const groups = mappingOf(schema, type).mapping.scope?.groups ?? [];
        const rest = groups.filter(({ name }) => name !== title);
        if (rest.length < groups.length) return setScope(schema, type, rest);
        throw new AppError('notFound', `There is no scoping filter ${quote(title)}.`);
      });
    });
}

async function list(options: MappingOptions): Promise<void> {
  await using session = await openSession();
  const { job } = await chosenJob(session, options);
  const groups = mappingOf(job.schema, typeOf(options)).mapping.scope?.groups ?? [];
  const rows = groups.map(({ name, clauses }) => ({
    title: name,
    clauses: clauses.map((clause) => describeClause('', clause)).join(' and '),
  }));
  printRows(options, rows, ['title', 'clauses'], 'There are no scoping filters: every assigned object is in scope.');
}

/**
 * Parses ATTRIBUTE OPERATOR [VALUE]. Uses the longest operator that matches. Throws `usage`.
 *
 * @example
 * readClause('department EQUALS Sales');
 * // { operatorName: 'EQUALS', sourceOperandName: 'department', targetOperand: { values: ['Sales'] } }
 */
export function readClause(text: string): FilterClause {
  const [, attribute = '', rest = ''] = /^\s*(\S+)\s+(.*?)\s*$/s.exec(text) ?? [];
  const words = rest.split(' ');
  for (let count = words.length; count > 0; count -= 1) {
    const operator = findScopingOperator(words.slice(0, count).join(' '));
    if (operator === undefined) continue;
    const value = words.slice(count).join(' ');
    return {
      operatorName: operator.name,
      sourceOperandName: attribute,
      targetOperand: { values: value === '' ? [] : [value] },
    };
  }
  const names = scopingOperators.map(({ name }) => name).join(', ');
  throw new AppError('usage', `${quote(text)} is not ATTRIBUTE OPERATOR VALUE. The operators are ${names}.`);
}
