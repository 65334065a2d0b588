import type { ErrorDefinition } from './error-definition.ts';

/** Errors of expressions in attribute mappings. */
export const expressionErrors = {
  expressionSyntax: {
    status: 400,
    scimType: 'invalidValue',
    title: 'The expression of a mapping cannot be parsed',
    remedy: 'Correct the expression at the line and column that the message names: docs/reference/expressions.md.',
  },
  expressionTooComplex: {
    status: 400,
    scimType: 'invalidValue',
    title: 'The expression of a mapping, or one of its values, is larger than the limit',
    remedy: 'Split the expression, or shorten the values that it reads.',
  },
  expressionValue: {
    status: 400,
    scimType: 'invalidValue',
    title: 'The expression of a mapping cannot be evaluated with these values',
    remedy:
      'Correct the value in the source, or guard the function against it: tanhua entra expression --explain shows each step.',
  },
} as const satisfies Readonly<Record<string, ErrorDefinition>>;
