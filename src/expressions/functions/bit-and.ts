import { required, type FunctionDefinition } from '../function-definition.ts';

export const bitAnd: FunctionDefinition = {
  name: 'BitAnd',
  parameters: [required('value1', 'Integer'), required('value2', 'Integer')],
  summary: 'Returns the bitwise AND of two numbers: the bits that are set in both.',
  evaluate: ({ integer }) => integer('value1') & integer('value2'),
};
