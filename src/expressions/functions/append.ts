import { required, type FunctionDefinition } from '../function-definition.ts';

export const append: FunctionDefinition = {
  name: 'Append',
  parameters: [required('source'), required('suffix')],
  summary: 'Appends a suffix to the source. Null counts as the empty string.',
  evaluate: ({ text }) => `${text('source') ?? ''}${text('suffix') ?? ''}`,
};
