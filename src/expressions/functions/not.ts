import { required, type FunctionDefinition } from '../function-definition.ts';

export const not: FunctionDefinition = {
  name: 'Not',
  parameters: [required('source', 'Boolean')],
  summary: 'Returns False for True, and True for every other value.',
  evaluate: ({ text }) => text('source')?.trim().toLowerCase() !== 'true',
};
