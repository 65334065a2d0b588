import { randomInt } from 'node:crypto';
import { attributesOf } from '#expressions/attributes-of.ts';
import type { Expression, ParsedExpression } from '#expressions/ast.ts';
import { evaluateExpression } from '#expressions/evaluate.ts';
import { toValue } from '#expressions/value.ts';
import type { MappedValue, MappingContext, SourceValues } from './object-mapping.ts';
import { calls, type MappingSource } from './mapping-source.ts';
import type { AttributeDefinition } from './synchronization-schema.ts';
import { toTargetValue } from './target-value.ts';

type Evaluate = (source: SourceValues, context: MappingContext) => MappedValue;

const none: MappedValue = { kind: 'none' };

/** Returns the function that evaluates a mapping and converts the value to the type of the target attribute. */
export function evaluatorOf(source: MappingSource, target: AttributeDefinition): Evaluate {
  switch (source.kind) {
    case 'none':
      return () => none;
    case 'direct':
      return target.type === 'Reference'
        ? (values) => toReference(values.get(source.attribute))
        : (values) => toMapped(toValue(values.get(source.attribute)), target, false);
    case 'constant':
      return () => toMapped(source.value, target, false);
    case 'expression':
      return expressionEvaluator(source.parsed, target);
  }
}

function toMapped(
  value: Parameters<typeof toTargetValue>[0],
  target: AttributeDefinition,
  redacted: boolean,
): MappedValue {
  const converted = toTargetValue(value, target);
  return converted === undefined ? none : { kind: 'value', value: converted, redacted };
}

/** Converts an id, or a list of ids, to a reference to the source objects with these ids. */
function toReference(value: unknown): MappedValue {
  const ids: readonly unknown[] = Array.isArray(value) ? value : [value];
  const sourceIds = ids.filter((id): id is string => typeof id === 'string' && id !== '');
  return sourceIds.length === 0 ? none : { kind: 'reference', sourceIds };
}

function expressionEvaluator(parsed: ParsedExpression, target: AttributeDefinition): Evaluate {
  const hasSwitch = calls(parsed.root, 'Switch');
  return (source, context) => {
    const isFaulty = hasSwitch && context.changed !== undefined;
    const root = isFaulty ? withoutUnchanged(parsed.root, context.changed) : parsed.root;
    const result = evaluateExpression(root === parsed.root ? parsed : { ...parsed, root }, {
      attributes: attributesAsObject(source),
      clock: { now: () => context.now },
      random: context.random ?? randomInt,
      forScim: true,
      defaultDomain: context.defaultDomain,
    });
    if (result.kind === 'dropped') return none;
    const mapped = toMapped(result.value, target, result.redacted === true);
    const isCleared = mapped.kind === 'none' && root !== parsed.root && target.type === 'String' && !target.multivalued;
    // The documented fault clears the attribute. To clear a string attribute, an empty string has to be written.
    return isCleared ? { kind: 'value', value: '', redacted: false } : mapped;
  };
}

/**
 * Simulates the Switch fault (§4.3): Entra ID reads only the attributes that changed, so a Switch on an unchanged attribute returns null.
 * Replaces the parameters of every such Switch so that no key matches.
 */
function withoutUnchanged(expression: Expression, changed: ReadonlySet<string>): Expression {
  if (expression.kind === 'comparison') {
    const [left, right] = [withoutUnchanged(expression.left, changed), withoutUnchanged(expression.right, changed)];
    return left === expression.left && right === expression.right ? expression : { ...expression, left, right };
  }
  if (expression.kind !== 'call') return expression;
  const [source] = expression.parameters;
  if (expression.name === 'Switch' && source !== undefined) {
    const reads = attributesOf(source);
    if (reads.length > 0 && !reads.some((name) => changed.has(name)))
      return { ...expression, parameters: matchesNothing };
  }
  const parameters = expression.parameters.map((part) => withoutUnchanged(part, changed));
  return parameters.every((part, index) => part === expression.parameters[index])
    ? expression
    : { ...expression, parameters };
}

const span = { offset: 0, length: 0 };
const matchesNothing: readonly Expression[] = [
  { kind: 'text', value: '', span },
  { kind: 'omitted', span },
  { kind: 'text', value: 'x', span },
  { kind: 'text', value: 'x', span },
];

/** Caches the values of each source object as a plain object, because all mappings of an object read the same values. */
const objects = new WeakMap<SourceValues, Readonly<Record<string, unknown>>>();

function attributesAsObject(source: SourceValues): Readonly<Record<string, unknown>> {
  const known = objects.get(source);
  if (known !== undefined) return known;
  const object = Object.fromEntries(source);
  objects.set(source, object);
  return object;
}
