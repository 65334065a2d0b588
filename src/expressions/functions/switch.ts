import { toSingle } from '../coerce.ts';
import { optional, repeated, required, type FunctionDefinition } from '../function-definition.ts';
import { textOf, type Value } from '../value.ts';

/** Named as Graph names it; keys and values take turns. */
const PAIRS = 'switchValue';

export const switchFunction: FunctionDefinition = {
  name: 'Switch',
  parameters: [required('source'), optional('defaultValue'), repeated(PAIRS)],
  summary:
    'The value behind the key that the source equals, in letter case too, or the default, or null. Keys and values take turns; a source that is null or empty equals the key "".',
  checkCount: (count) =>
    count % 2 === 0 ? undefined : 'Switch has a key without a value: keys and values come in pairs',
  evaluate: ({ single, value, each, fault }) => {
    const source = keyOf(single('source'));
    const pairs = each(PAIRS);
    for (let index = 0; index < pairs.length; index += 2) {
      const key = keyOf(pairs[index]?.() ?? null);
      if (key === undefined) throw fault(PAIRS, 'a key is a list, and must be one value.');
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
