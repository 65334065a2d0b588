import { required, type FunctionDefinition } from '../function-definition.ts';

export const bitAnd: FunctionDefinition = {
  name: 'BitAnd',
  parameters: [required('value1', 'Integer'), required('value2', 'Integer')],
  summary: 'The bits that are set in both numbers.',
  evaluate: ({ integer }) => integer('value1') & integer('value2'),
};
