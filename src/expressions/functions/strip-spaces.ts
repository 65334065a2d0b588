import { required, type FunctionDefinition } from '../function-definition.ts';

export const stripSpaces: FunctionDefinition = {
  name: 'StripSpaces',
  parameters: [required('source')],
  summary: 'The source without its blanks. Null stays null.',
  evaluate: ({ text }) => text('source')?.replaceAll(' ', '') ?? null,
};
