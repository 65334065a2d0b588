import type { FunctionDefinition } from '../function-definition.ts';

/** RFC 9562 §5.4: version 4, all else random. */
export const guid: FunctionDefinition = {
  name: 'Guid',
  parameters: [],
  summary: 'A new random GUID.',
  evaluate: ({ context }) =>
    'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replaceAll(/[xy]/g, (place) =>
      (place === 'x' ? context.random(16) : 8 + context.random(4)).toString(16),
    ),
};
