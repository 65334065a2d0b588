import { toList } from '../coerce.ts';
import { required, type FunctionDefinition } from '../function-definition.ts';
import { textOf } from '../value.ts';

export const count: FunctionDefinition = {
  name: 'Count',
  parameters: [required('attribute')],
  summary: 'Returns the number of values.',
  evaluate: ({ list }) => BigInt(list('attribute').length),
};

export const item: FunctionDefinition = {
  name: 'Item',
  parameters: [required('attribute'), required('index', 'Integer')],
  summary: 'Returns the value at a position, counted from 1, or null if there is none.',
  evaluate: ({ list, integer, fault }) => {
    const index = integer('index');
    if (index < 1n) throw fault('index', ({ evaluating }) => evaluating.valuesFromOne('index', index));
    return list('attribute')[Number(index) - 1] ?? null;
  },
};

export const removeDuplicates: FunctionDefinition = {
  name: 'RemoveDuplicates',
  parameters: [required('attribute')],
  summary: 'Removes duplicate values and keeps the first of each. The comparison is case-sensitive.',
  evaluate: ({ value }) => {
    const first = new Map<string, ReturnType<typeof toList>[number]>();
    for (const single of toList(value('attribute'))) {
      const key = single === null ? '' : textOf(single);
      if (!first.has(key)) first.set(key, single);
    }
    return [...first.values()];
  },
};

export const split: FunctionDefinition = {
  name: 'Split',
  parameters: [required('source'), required('delimiter')],
  summary:
    'Splits a string at a delimiter. Whitespace around the parts is removed, and empty parts are left out. Returns null for null.',
  evaluate: ({ text, fault }) => {
    const [source, delimiter] = [text('source'), text('delimiter')];
    if (delimiter === null || delimiter === '') throw fault('delimiter', ({ evaluating }) => evaluating.emptyDelimiter);
    if (source === null) return null;
    // Microsoft's example has spaces after its commas, and shows the parts without them.
    return source
      .split(delimiter)
      .map((part) => part.trim())
      .filter((part) => part !== '');
  },
};
