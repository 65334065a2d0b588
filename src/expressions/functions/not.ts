import { required, type FunctionDefinition } from '../function-definition.ts';

export const not: FunctionDefinition = {
  name: 'Not',
  parameters: [required('source', 'Boolean')],
  summary: 'False for True, and True for everything else.',
  evaluate: ({ text }) => text('source')?.trim().toLowerCase() !== 'true',
};
