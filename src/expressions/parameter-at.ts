import type { FunctionDefinition, Parameter } from './function-definition.ts';

/**
 * Returns the parameter for the argument at an index, which counts from 0. A repeatable last parameter also receives all
 * further arguments. Undefined if the function does not accept an argument at this index.
 */
export function parameterAt({ parameters }: FunctionDefinition, index: number): Parameter | undefined {
  const last = parameters.at(-1);
  return parameters[index] ?? (last?.allowMultipleOccurrences === true ? last : undefined);
}
