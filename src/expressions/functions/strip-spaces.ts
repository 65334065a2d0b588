import { required, type FunctionDefinition } from '../function-definition.ts';

export const stripSpaces: FunctionDefinition = {
  name: 'StripSpaces',
  parameters: [required('source')],
  summary: 'Removes all spaces from the source. Returns null for null.',
  evaluate: ({ text }) => text('source')?.replaceAll(' ', '') ?? null,
};
