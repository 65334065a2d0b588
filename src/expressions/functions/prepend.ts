import { required, type FunctionDefinition } from '../function-definition.ts';

/** Graph lists it, and no page describes it; the order of its parameters is Graph's. */
export const prepend: FunctionDefinition = {
  name: 'Prepend',
  parameters: [required('prefix'), required('source')],
  summary: 'Puts a prefix before the source. What is null counts as the empty string.',
  evaluate: ({ text }) => `${text('prefix') ?? ''}${text('source') ?? ''}`,
};
