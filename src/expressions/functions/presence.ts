import { required, type FunctionDefinition } from '../function-definition.ts';
import { toSingle } from '../coerce.ts';
import { isEmpty, isList, type Value } from '../value.ts';

function hasNoValue(value: Value): boolean {
  return value === null || (isList(value) && value.length === 0);
}

export const isNull: FunctionDefinition = {
  name: 'IsNull',
  parameters: [required('expression')],
  summary: 'Returns True if the value is null, as for an attribute without a value. The empty string is not null.',
  evaluate: ({ value }) => hasNoValue(value('expression')),
};

/** Graph lists this function, but Microsoft's documentation does not describe it. VB's Nothing is null. */
export const isNothing: FunctionDefinition = {
  name: 'IsNothing',
  parameters: [required('source')],
  summary: 'Does the same as IsNull.',
  evaluate: ({ value }) => hasNoValue(value('source')),
};

export const isNullOrEmpty: FunctionDefinition = {
  name: 'IsNullOrEmpty',
  parameters: [required('expression')],
  summary: 'Returns True if the value is null or the empty string. It is the opposite of IsPresent.',
  evaluate: ({ value }) => isEmpty(value('expression')),
};

export const isPresent: FunctionDefinition = {
  name: 'IsPresent',
  parameters: [required('expression')],
  summary: 'Returns True if the value is neither null nor the empty string. It is the opposite of IsNullOrEmpty.',
  evaluate: ({ value }) => !isEmpty(value('expression')),
};

export const isString: FunctionDefinition = {
  name: 'IsString',
  parameters: [required('expression')],
  summary: 'Returns True if the value is a single string, and not a number, a boolean, a date or a list.',
  evaluate: ({ value }) => typeof toSingle(value('expression')) === 'string',
};
