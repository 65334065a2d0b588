import { repeated, required, type FunctionDefinition } from '../function-definition.ts';
import { isEmpty, textOf } from '../value.ts';

export const join: FunctionDefinition = {
  name: 'Join',
  parameters: [required('separator'), repeated('source')],
  summary:
    'The values with the separator between them, those of lists one by one. What is null or empty is left out, with its separator.',
  evaluate: ({ text, list, join }) => {
    const texts = list('source').flatMap((value) => (value === null || isEmpty(value) ? [] : [textOf(value)]));
    return join(texts, text('separator') ?? '');
  },
};
