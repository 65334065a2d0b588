import { required, type FunctionDefinition } from '../function-definition.ts';

export const append: FunctionDefinition = {
  name: 'Append',
  parameters: [required('source'), required('suffix')],
  summary: 'Puts a suffix behind the source. What is null counts as the empty string.',
  evaluate: ({ text }) => `${text('source') ?? ''}${text('suffix') ?? ''}`,
};
