import type { FunctionDefinition, Parameter } from './function-definition.ts';

/** The parameter that an argument belongs to by its place; the last one takes all further ones if it is repeated. */
export function parameterAt({ parameters }: FunctionDefinition, index: number): Parameter | undefined {
  const last = parameters.at(-1);
  return parameters[index] ?? (last?.allowMultipleOccurrences === true ? last : undefined);
}
