import { required, type FunctionDefinition } from '../function-definition.ts';

/** Graph lists this function, but Microsoft's documentation does not describe it. The order of the parameters is Graph's. */
export const prepend: FunctionDefinition = {
  name: 'Prepend',
  parameters: [required('prefix'), required('source')],
  summary: 'Adds a prefix to the source. Null counts as the empty string.',
  evaluate: ({ text }) => `${text('prefix') ?? ''}${text('source') ?? ''}`,
};
