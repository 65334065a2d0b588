import { AppError, quote } from '#base/errors.ts';
import { SCHEMA_LENGTH_MAX } from './limits.ts';
import { findSchemaProblems, type SchemaProblem } from './schema-problems.ts';
import { synchronizationSchema, type SynchronizationSchema } from './synchronization-schema.ts';

/** Maximum number of problems that a message lists. If there are more, the message says how many. */
const PROBLEMS_SHOWN = 5;

/** Parses and checks a synchronization schema in Graph's format. Throws `mappingInvalid`; the message has the path of each problem. */
export function readSchema(value: unknown): SynchronizationSchema {
  const length = JSON.stringify(value)?.length ?? 0;
  if (length > SCHEMA_LENGTH_MAX) {
    throw new AppError(
      'mappingInvalid',
      `The synchronization schema has ${length} characters; ${SCHEMA_LENGTH_MAX} is the limit. In directories, remove the objects that no mapping uses.`,
    );
  }
  const result = synchronizationSchema.safeParse(value);
  if (!result.success) {
    throw schemaError(
      result.error.issues.map(({ path, message }) => ({ path: printPath(path), message: `${message}.` })),
    );
  }
  checkSchema(result.data);
  return result.data;
}

/** Like `readSchema`, but for the JSON text of a file. */
export function readSchemaText(text: string): SynchronizationSchema {
  if (text.length > SCHEMA_LENGTH_MAX) {
    throw new AppError('mappingInvalid', `The file has ${text.length} characters; ${SCHEMA_LENGTH_MAX} is the limit.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('mappingInvalid', `The synchronization schema is not JSON: ${String(error)}.`, { cause: error });
  }
  return readSchema(value);
}

/** Throws `mappingInvalid` if `findSchemaProblems` finds a problem. Use it for schemas that have already been parsed. */
export function checkSchema(schema: SynchronizationSchema): void {
  const problems = findSchemaProblems(schema);
  if (problems.length > 0) throw schemaError(problems);
}

function schemaError(problems: readonly SchemaProblem[]): AppError {
  const shown = problems.slice(0, PROBLEMS_SHOWN).map(({ path, message }) => `${path} ${message}`);
  const rest = problems.length - shown.length;
  const more = rest > 0 ? ` And ${rest} more.` : '';
  return new AppError('mappingInvalid', `The synchronization schema is not valid: ${shown.join(' ')}${more}`, {
    attribute: problems[0]?.path,
  });
}

function printPath(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text === ''
    ? `the document (${quote('directories')}, ${quote('synchronizationRules')})`
    : text.replace(/^\./, '');
}
