import type { EvaluationContext } from './function-definition.ts';
import { toValue, type Value } from './value.ts';

/** The value of an attribute. Own properties only: an attribute may be called constructor. */
export function attributeValue(name: string, { attributes }: EvaluationContext): Value {
  return Object.hasOwn(attributes, name) ? toValue(attributes[name]) : null;
}
