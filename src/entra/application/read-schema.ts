import { quote } from '#base/errors.ts';
import { inEnglish, StandInError, type Refusals } from '../texts/refusals/stand-in-error.ts';
import { SCHEMA_LENGTH_MAX } from './limits.ts';
import { findSchemaProblems, type SchemaProblem } from './schema-problems.ts';
import { synchronizationSchema, type SynchronizationSchema } from './synchronization-schema.ts';

/** Maximum number of problems that a message lists. If there are more, the message says how many. */
const PROBLEMS_SHOWN = 5;

/** Parses and checks a synchronization schema in Graph's format. Throws `mappingInvalid`; the message has the path of each problem. */
export function readSchema(value: unknown): SynchronizationSchema {
  const length = JSON.stringify(value)?.length ?? 0;
  if (length > SCHEMA_LENGTH_MAX) {
    throw new StandInError('mappingInvalid', ({ mapping }) => mapping.tooLong(length, SCHEMA_LENGTH_MAX));
  }
  const result = synchronizationSchema.safeParse(value);
  if (!result.success) {
    throw schemaError(
      result.error.issues.map(({ path, message }) => ({
        path: printPath(path),
        message: ({ mapping }) => mapping.shape(message),
      })),
    );
  }
  checkSchema(result.data);
  return result.data;
}

/** Like `readSchema`, but for the JSON text of a file. */
export function readSchemaText(text: string): SynchronizationSchema {
  if (text.length > SCHEMA_LENGTH_MAX) {
    throw new StandInError('mappingInvalid', ({ mapping }) => mapping.fileTooLong(text.length, SCHEMA_LENGTH_MAX));
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new StandInError('mappingInvalid', ({ mapping }) => mapping.notJson(String(error)), { cause: error });
  }
  return readSchema(value);
}

/** Throws `mappingInvalid` if `findSchemaProblems` finds a problem. Use it for schemas that have already been parsed. */
export function checkSchema(schema: SynchronizationSchema): void {
  const problems = findSchemaProblems(schema);
  if (problems.length > 0) throw schemaError(problems);
}

function schemaError(problems: readonly SchemaProblem[]): StandInError {
  const shown = problems.slice(0, PROBLEMS_SHOWN);
  const [first] = shown;
  return new StandInError(
    'mappingInvalid',
    (texts) =>
      texts.mapping.invalid(
        shown.map(({ path, message }) => texts.mapping.problem(placeIn(texts, path), message(texts))),
        problems.length - shown.length,
      ),
    { attribute: first && inEnglish((texts) => placeIn(texts, first.path)) },
  );
}

function placeIn({ mapping }: Refusals, path: string): string {
  return path === '' ? mapping.document(`${quote('directories')}, ${quote('synchronizationRules')}`) : path;
}

/** Returns the path of a part of the document; an empty text for the document itself. */
function printPath(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text.replace(/^\./, '');
}
