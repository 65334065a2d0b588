import type { Language } from '#base/words/language.ts';
import { zhFunctionSummaries } from '#base/words/zh-function-summaries.ts';
import type { Parameter } from './function-definition.ts';
import { functions } from './function-table.ts';
import { signature } from './signature.ts';

/** A function in the form of microsoft.graph.attributeMappingFunctionSchema. */
export interface GraphFunction {
  readonly name: string;
  readonly parameters: readonly Pick<Parameter, 'allowMultipleOccurrences' | 'name' | 'required' | 'type'>[];
  /** The syntax of a call. Graph does not have this property and the next one. */
  readonly '@tanhua.signature': string;
  readonly '@tanhua.summary': string;
}

/** Returns all functions in the form in which Graph's GET schema/functions lists them, with summaries in a language. */
export function functionsAsGraph(language: Language = 'en'): readonly GraphFunction[] {
  return functions.map((definition) => ({
    name: definition.name,
    parameters: definition.parameters.map(({ allowMultipleOccurrences, name, required, type }) => ({
      allowMultipleOccurrences,
      name,
      required,
      type,
    })),
    '@tanhua.signature': signature(definition),
    '@tanhua.summary':
      language === 'zh' ? (zhFunctionSummaries[definition.name] ?? definition.summary) : definition.summary,
  }));
}
