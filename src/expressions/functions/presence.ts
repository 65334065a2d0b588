import { required, type FunctionDefinition } from '../function-definition.ts';
import { toSingle } from '../coerce.ts';
import { isEmpty, isList, type Value } from '../value.ts';

function hasNoValue(value: Value): boolean {
  return value === null || (isList(value) && value.length === 0);
}

export const isNull: FunctionDefinition = {
  name: 'IsNull',
  parameters: [required('expression')],
  summary: 'True if the value is null: an attribute that is absent. The empty string is not.',
  evaluate: ({ value }) => hasNoValue(value('expression')),
};

/** Graph lists it, and no page describes it; VB's Nothing is null. */
export const isNothing: FunctionDefinition = {
  name: 'IsNothing',
  parameters: [required('source')],
  summary: 'The same as IsNull.',
  evaluate: ({ value }) => hasNoValue(value('source')),
};

export const isNullOrEmpty: FunctionDefinition = {
  name: 'IsNullOrEmpty',
  parameters: [required('expression')],
  summary: 'True if the value is null or the empty string. The opposite of IsPresent.',
  evaluate: ({ value }) => isEmpty(value('expression')),
};

export const isPresent: FunctionDefinition = {
  name: 'IsPresent',
  parameters: [required('expression')],
  summary: 'True if the value is neither null nor the empty string. The opposite of IsNullOrEmpty.',
  evaluate: ({ value }) => !isEmpty(value('expression')),
};

export const isString: FunctionDefinition = {
  name: 'IsString',
  parameters: [required('expression')],
  summary: 'True if the value is one string, and not a number, a boolean, a date or a list.',
  evaluate: ({ value }) => typeof toSingle(value('expression')) === 'string',
};
