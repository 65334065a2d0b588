import { AppError, quote } from '#base/errors.ts';
import { suggestion } from '#base/suggestion.ts';
import type { FlatValue } from '../wire/flat-resource.ts';
import { StandInError, type Say } from '../texts/refusals/stand-in-error.ts';
import type { ScopeEvaluation, SourceValues } from './object-mapping.ts';
import { findScopingOperator, scopingOperators } from './scoping-operators.ts';
import { APP_ROLE_ASSIGNMENTS } from './source-directory.ts';
import type { AttributeDefinition, FilterClause, FilterGroup } from './synchronization-schema.ts';

interface CompiledClause {
  /** The clause as text, in the format of the logs: "{title} {attribute} {operator} {value}" (§3.8). */
  readonly description: string;
  readonly holds: (source: SourceValues) => boolean;
}

/**
 * Compiles scoping filters to one function. An object is in scope if all clauses of at least one filter hold, or if there are no filters.
 * Throws an AppError for the first clause that is not valid.
 *
 * @example
 * const clause = { sourceOperandName: 'department', operatorName: 'EQUALS', targetOperand: { values: ['Sales'] } };
 * const test = compileScopingFilters([{ name: 'Sales', clauses: [clause] }]);
 * test(new Map([['department', 'Sales']])); // { inScope: true, clauses: { 'Sales department EQUALS Sales': true } }
 */
export function compileScopingFilters(groups: readonly FilterGroup[]): (source: SourceValues) => ScopeEvaluation {
  const filters = groups.map(({ name, clauses }) => clauses.map((clause) => compileClause(name ?? '', clause)));
  return (source) => {
    const results = new Map<string, boolean>();
    let inScope = filters.length === 0;
    for (const clauses of filters) {
      let holds = true;
      for (const clause of clauses) {
        const result = clause.holds(source);
        results.set(clause.description, result);
        holds &&= result;
      }
      inScope ||= holds;
    }
    return { inScope, clauses: Object.fromEntries(results) };
  };
}

function compileClause(title: string, clause: FilterClause): CompiledClause {
  const operator = findScopingOperator(clause.operatorName);
  if (operator === undefined) throw new StandInError('mappingInvalid', unknownOperator(clause.operatorName));
  const tests = valuesOf(clause).map((value) => operator.compile(value));
  const name = clause.sourceOperandName;
  const isNegative = /^(?:NOT|!)/i.test(operator.name);
  return {
    description: describeClause(title, clause),
    holds: (source) => {
      const value = textOf(source.get(name));
      if (value === undefined) return operator.whenEmpty === true;
      if (operator.arity === 'Unary') return operator.compile('')(value);
      // A clause with several operands holds if one of them matches. With a negative operator, it must hold for all of them.
      return isNegative ? tests.every((test) => test(value)) : tests.some((test) => test(value));
    },
  };
}

function valuesOf({ targetOperand }: FilterClause): readonly string[] {
  return targetOperand?.values ?? [];
}

/** Formats a clause for display and logs: "{title} {attribute} {operator} {value}". */
export function describeClause(title: string, clause: FilterClause): string {
  const operator = findScopingOperator(clause.operatorName)?.name ?? clause.operatorName;
  return [title, clause.sourceOperandName, operator, valuesOf(clause).join(', ')]
    .filter((part) => part !== '')
    .join(' ');
}

/** Converts a value to the text that clauses compare; undefined if it is empty. Lists do not occur: `faultOfClause` refuses them. */
function textOf(value: FlatValue | null | undefined): string | undefined {
  switch (typeof value) {
    case 'string':
      return value === '' ? undefined : value;
    case 'boolean':
      return value ? 'True' : 'False';
    case 'number':
      return String(value);
    default:
      return undefined;
  }
}

function unknownOperator(name: string): Say {
  const names = scopingOperators.map((operator) => operator.name);
  const near = suggestion(name, names);
  const meant = near === undefined ? undefined : quote(near);
  return ({ scope }) => scope.unknownOperator(quote(name), meant, names.join(', '));
}

/** Attributes on which Entra ID does not allow filters (§3.7), in addition to multivalued attributes and dates. */
const unsupported: ReadonlySet<string> = new Set([APP_ROLE_ASSIGNMENTS, 'userType', 'manager', 'members']);

/** Returns a function that says what is wrong with a clause, or undefined if it is valid. `attributes` are the attributes of the source object. */
export function faultOfClause(clause: FilterClause, attributes: readonly AttributeDefinition[]): Say | undefined {
  const name = clause.sourceOperandName;
  const operator = findScopingOperator(clause.operatorName);
  if (operator === undefined) return unknownOperator(clause.operatorName);
  if (unsupported.has(name)) return ({ scope }) => scope.unsupported(quote(name));
  const attribute = attributes.find((one) => one.name === name);
  if (attribute === undefined) return unknownSource(name, attributes);
  if (attribute.multivalued) return ({ scope }) => scope.severalValues(quote(name));
  if (!operator.types.includes(attribute.type)) {
    return ({ scope }) => scope.type(operator.name, quote(name), attribute.type);
  }
  const values = valuesOf(clause);
  if (operator.arity === 'Unary') {
    return values.some((value) => value !== '') ? ({ scope }) => scope.takesNone(operator.name) : undefined;
  }
  if (values.length === 0) return ({ scope }) => scope.needsValue(operator.name, quote(name));
  if (attribute.type === 'Boolean' && values.some((value) => value !== 'True' && value !== 'False')) {
    return ({ scope }) => scope.flag(quote(name), operator.name);
  }
  try {
    for (const value of values) operator.compile(value);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return ({ ofError }) => ofError(error);
    throw error;
  }
}

/** Says that a source attribute is unknown. The message suggests an attribute with a similar name if there is one. */
function unknownSource(name: string, attributes: readonly AttributeDefinition[]): Say {
  const near = suggestion(
    name,
    attributes.map((one) => one.name),
  );
  const meant = near === undefined ? undefined : quote(near);
  return ({ scope }) => scope.unknownSource(quote(name), meant);
}
