import { count } from './counts.ts';

export const settingsSchemas = {
  below: (schemas: number) =>
    schemas === 0
      ? 'Attributes of your own for people and groups'
      : `${count(schemas, 'schema adds', 'schemas add')} attributes of your own`,
  add: 'Add a schema…',
  addTitle: 'Add a custom schema',
  addSubmit: 'Add the schema',
  empty: 'No custom schema yet',
  emptyHelp:
    'A custom schema adds attributes that the standard lacks. A source can send them at once, and they appear with each person.',
  column: { schema: 'Schema', extends: 'Extends', attributes: 'Attributes' },
  types: { User: 'People', Group: 'Groups' },
  definition: 'Definition',
  definitionHelp:
    'JSON in the format of RFC 7643 §7, as /Schemas of another server returns it. The URN ends with :User or :Group.',
  notJson: 'This is not JSON. Check the quotation marks, the commas and the brackets.',
  used: (resources: number, type: 'User' | 'Group') => {
    const noun =
      type === 'User' ? count(resources, 'person has', 'people have') : count(resources, 'group has', 'groups have');
    return resources === 0
      ? 'Nothing has a value of this schema: it can be changed freely and removed.'
      : `${noun} values of it. Attributes with values have to stay, with the same type; deleted ones count for thirty days.`;
  },
  save: 'Save the schema',
  remove: 'Remove…',
  removeTitle: (name: string) => `Remove ${name}?`,
  removeHelp: 'Sources that send its attributes get the answer that they are unknown. It can be added again.',
  removeSubmit: 'Remove the schema',
  multi: 'several values',
  required: 'required',
} as const;
