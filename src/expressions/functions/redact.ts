import { required, type FunctionDefinition } from '../function-definition.ts';

export const redact: FunctionDefinition = {
  name: 'Redact',
  parameters: [required('value')],
  summary: 'Returns the value unchanged, but provisioning logs contain [Redact] instead of it.',
  evaluate: (args) => {
    args.redact();
    return args.value('value');
  },
};
