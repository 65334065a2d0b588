import { toSingle } from '../coerce.ts';
import { optional, repeated, required, type FunctionDefinition } from '../function-definition.ts';
import { textOf, type Value } from '../value.ts';

/** The name of the parameter in Graph. Its arguments are alternately a key and a value. */
const PAIRS = 'switchValue';

export const switchFunction: FunctionDefinition = {
  name: 'Switch',
  parameters: [required('source'), optional('defaultValue'), repeated(PAIRS)],
  summary:
    'Returns the value after the first key that equals the source, or else the default, or null if there is no default. The arguments after the default are alternately a key and a value. The comparison is case-sensitive. A source that is null or empty equals the key "".',
  checkCount: (count, signature) =>
    count % 2 === 0 ? undefined : ({ checking }) => checking.keyWithoutValue(signature),
  evaluate: ({ single, value, each, fault }) => {
    const source = keyOf(single('source'));
    const pairs = each(PAIRS);
    for (let index = 0; index < pairs.length; index += 2) {
      const key = keyOf(pairs[index]?.() ?? null);
      if (key === undefined) throw fault(PAIRS, ({ evaluating }) => evaluating.keyIsList);
      if (key === source) return pairs[index + 1]?.() ?? null;
    }
    return value('defaultValue');
  },
};

function keyOf(value: Value): string | undefined {
  const single = toSingle(value);
  if (single === undefined) return undefined;
  return single === null ? '' : textOf(single);
}
