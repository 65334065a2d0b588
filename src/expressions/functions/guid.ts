import type { FunctionDefinition } from '../function-definition.ts';

/** A version 4 UUID (RFC 9562 §5.4): all bits are random except the version and the variant. */
export const guid: FunctionDefinition = {
  name: 'Guid',
  parameters: [],
  summary: 'Returns a new random GUID.',
  evaluate: ({ context }) =>
    'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replaceAll(/[xy]/g, (placeholder) =>
      (placeholder === 'x' ? context.random(16) : 8 + context.random(4)).toString(16),
    ),
};
