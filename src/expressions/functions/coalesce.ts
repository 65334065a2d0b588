import { repeated, type FunctionDefinition } from '../function-definition.ts';
import { isList } from '../value.ts';

export const coalesce: FunctionDefinition = {
  name: 'Coalesce',
  parameters: [repeated('source')],
  summary: 'Returns the first argument that is not null, so the last one is the default. The empty string is not null.',
  evaluate: ({ each }) => {
    for (const value of each('source')
      .values()
      .map((evaluate) => evaluate())) {
      if (value !== null && !(isList(value) && value.length === 0)) return value;
    }
    return null;
  },
};
