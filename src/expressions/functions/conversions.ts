import { shown, toBoolean } from '../coerce.ts';
import { required, type FunctionDefinition } from '../function-definition.ts';

export const cBool: FunctionDefinition = {
  name: 'CBool',
  parameters: [required('expression', 'Boolean', { isCondition: true })],
  summary:
    'True for True and for a number other than zero; a comparison can stand here. Null and the empty string are False.',
  evaluate: ({ single, fault }) => {
    const value = single('expression');
    const truth = toBoolean(value);
    if (truth === undefined)
      throw fault('expression', `expression is ${shown(value)}, which is neither True, False nor a number.`);
    return truth;
  },
};

export const cDate: FunctionDefinition = {
  name: 'CDate',
  parameters: [required('expression')],
  summary:
    'A date in one of the usual forms, in UTC, as M/d/yyyy h:mm:ss tt. Without a time zone it is in UTC already. Null stays null.',
  evaluate: ({ date }) => date('expression'),
};

export const cStr: FunctionDefinition = {
  name: 'CStr',
  parameters: [required('value')],
  summary: 'The value as a string. Null stays null.',
  evaluate: ({ text }) => text('value'),
};
