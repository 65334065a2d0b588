import type { FunctionDefinition } from './function-definition.ts';

/**
 * Returns the syntax of a call, for messages and the reference page. Optional parameters are in brackets, and repeatable
 * ones end with "…".
 *
 * @example
 * signature(toLower); // 'ToLower(source, [culture])'
 */
export function signature({ name, parameters }: FunctionDefinition): string {
  const parameterTexts = parameters.map((parameter) => {
    const repeats = parameter.allowMultipleOccurrences ? '…' : '';
    return parameter.required ? `${parameter.name}${repeats}` : `[${parameter.name}${repeats}]`;
  });
  return `${name}(${parameterTexts.join(', ')})`;
}
