import type { FunctionDefinition } from './function-definition.ts';

/** How a function is called, for messages: Mid(source, start, length). */
export function signature({ name, parameters }: FunctionDefinition): string {
  const written = parameters.map((parameter) => {
    const repeats = parameter.allowMultipleOccurrences ? '…' : '';
    return parameter.required ? `${parameter.name}${repeats}` : `[${parameter.name}${repeats}]`;
  });
  return `${name}(${written.join(', ')})`;
}
