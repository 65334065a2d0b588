import { toList } from '../coerce.ts';
import { required, type FunctionDefinition } from '../function-definition.ts';
import { textOf } from '../value.ts';

export const count: FunctionDefinition = {
  name: 'Count',
  parameters: [required('attribute')],
  summary: 'How many values there are.',
  evaluate: ({ list }) => BigInt(list('attribute').length),
};

export const item: FunctionDefinition = {
  name: 'Item',
  parameters: [required('attribute'), required('index', 'Integer')],
  summary: 'The value in a place, from 1; null where there is none.',
  evaluate: ({ list, integer, fault }) => {
    const index = integer('index');
    if (index < 1n) throw fault('index', `index is ${index}, and values count from 1.`);
    return list('attribute')[Number(index) - 1] ?? null;
  },
};

export const removeDuplicates: FunctionDefinition = {
  name: 'RemoveDuplicates',
  parameters: [required('attribute')],
  summary: 'Each value once, where it comes first. Letter case matters.',
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
    'The parts of a string between the delimiters, without blanks around them, and without empty ones. Null stays null.',
  evaluate: ({ text, fault }) => {
    const [source, delimiter] = [text('source'), text('delimiter')];
    if (delimiter === null || delimiter === '') throw fault('delimiter', 'delimiter is empty.');
    if (source === null) return null;
    // Microsoft's example has blanks after its commas, and shows the parts without them.
    return source
      .split(delimiter)
      .map((part) => part.trim())
      .filter((part) => part !== '');
  },
};
