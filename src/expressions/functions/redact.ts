import { required, type FunctionDefinition } from '../function-definition.ts';

export const redact: FunctionDefinition = {
  name: 'Redact',
  parameters: [required('value')],
  summary: 'The value, which flows as it is; provisioning logs show [Redact] in its place.',
  evaluate: (args) => {
    args.redact();
    return args.value('value');
  },
};
