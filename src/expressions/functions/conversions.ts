import { describeValue, toBoolean } from '../coerce.ts';
import { required, type FunctionDefinition } from '../function-definition.ts';

export const cBool: FunctionDefinition = {
  name: 'CBool',
  parameters: [required('expression', 'Boolean', { isCondition: true })],
  summary:
    'Converts a value to a boolean: True for True, and for a number other than zero; False for null and the empty string. The argument can be a comparison.',
  evaluate: ({ single, fault }) => {
    const value = single('expression');
    const truth = toBoolean(value);
    if (truth === undefined)
      throw fault('expression', (mistakes) =>
        mistakes.evaluating.notBooleanOrNumber('expression', describeValue(mistakes, value)),
      );
    return truth;
  },
};

export const cDate: FunctionDefinition = {
  name: 'CDate',
  parameters: [required('expression')],
  summary:
    'Converts a date in any common format to UTC in the format M/d/yyyy h:mm:ss tt. A date without a time zone is in UTC. Returns null for null.',
  evaluate: ({ date }) => date('expression'),
};

export const cStr: FunctionDefinition = {
  name: 'CStr',
  parameters: [required('value')],
  summary: 'Converts a value to a string. Returns null for null.',
  evaluate: ({ text }) => text('value'),
};
