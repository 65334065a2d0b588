import { repeated, required, type FunctionDefinition } from '../function-definition.ts';
import { isEmpty, textOf } from '../value.ts';

export const join: FunctionDefinition = {
  name: 'Join',
  parameters: [required('separator'), repeated('source')],
  summary:
    'Joins values, including the elements of lists, into one string with a separator between them. Null and empty values are left out, without a separator.',
  evaluate: ({ text, list, join }) => {
    const texts = list('source').flatMap((value) => (value === null || isEmpty(value) ? [] : [textOf(value)]));
    return join(texts, text('separator') ?? '');
  },
};
