import type { EvaluationContext } from './function-definition.ts';
import { toValue, type Value } from './value.ts';

/**
 * Returns the value of an attribute, or null if the source does not have it. Reads only own properties, because an attribute
 * can have the name of an inherited property, such as `constructor`.
 */
export function attributeValue(name: string, { attributes }: EvaluationContext): Value {
  return Object.hasOwn(attributes, name) ? toValue(attributes[name]) : null;
}
