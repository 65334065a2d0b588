import { count, number } from './counts.ts';

const yesNo = (on: string, off: string) => ({ true: on, false: off }) as const;

export const sourceRules = {
  title: 'Rules of this source',
  help: 'Each rule decides about the requests of this source from the moment that you save it. Nothing that is stored already changes.',
  readOnly: 'Your role can read the rules. The roles Administrator and Administrator With Billing can change them.',
  preset: 'Set all rules to',
  presets: { strict: 'strict', standard: 'standard' },
  is: {
    strict: 'These are the rules of the preset strict.',
    standard: 'These are the rules of the preset standard.',
    own: 'These rules follow no preset.',
  },
  changed: (rules: number) => `${count(rules, 'rule', 'rules')} changed, not saved yet`,
  save: (rules: number) => `Save ${count(rules, 'rule', 'rules')}`,
  saved: 'Saved. The rules apply to all requests from now on.',
  alreadySet: (names: readonly string[]) =>
    `Nothing to change: the ${names.length === 1 ? 'rule' : 'rules'} ${names.join(', ')} already ${names.length === 1 ? 'has' : 'have'} the value that this link proposes.`,
  discard: 'Discard the changes',
  was: (value: string) => `now: ${value}`,
  preview: 'Whom would this affect?',
  previewing: 'Evaluating the requests that are kept…',
  previewNone: (evaluated: number, period: string) =>
    `None of the ${count(evaluated, 'request', 'requests')} of ${period} would be decided differently.`,
  previewEmpty: 'No writes of this source that can be evaluated are kept, so the effect cannot be shown in advance.',
  previewSome: (people: number, groups: number, period: string, kinds: string) =>
    `${[people > 0 ? count(people, 'person', 'people') : '', groups > 0 ? count(groups, 'group', 'groups') : ''].filter((text) => text !== '').join(' and ')} would be decided differently, by the requests of ${period}: ${kinds}.`,
  kind: {
    accepted: (changed: number) => `${number(changed)} accepted instead of refused`,
    refused: (changed: number) => `${number(changed)} refused instead of accepted`,
    effect: (changed: number) => `${number(changed)} accepted with another effect`,
    reason: (changed: number) => `${number(changed)} refused as before, for another reason`,
  },
  period: (from: string, to: string) => `${from} to ${to}`,
  previewPartial: 'There are older requests that a preview does not evaluate, so that more people can be affected.',
  previewSkipped: (requests: number, reason: string) =>
    `${count(requests, 'request', 'requests')} could not be evaluated: ${reason}.`,
  previewMore: (more: number) => `and ${number(more)} more`,
  previewForbidden: 'Your role cannot read requests, so the effect cannot be shown in advance.',
  current: 'now',
  nowDecided: 'with the rules of today',
  thenDecided: 'with the new rules',
  unnamed: 'without a name',
  section: { people: 'People', groups: 'Groups', actions: 'What the source may do', form: 'Form of requests' },
  rule: {
    userName: {
      name: 'User names',
      values: {
        username:
          'A user name starts with a letter and has only letters, digits, “.”, “_” and “-”. An email address is refused.',
        any: 'A user name can be any text, also an email address. The username is then taken from the part before the “@”.',
      },
    },
    email: {
      name: 'Email',
      values: {
        required: 'Every person needs a primary email; without one the request is refused.',
        optional: 'A person needs no email. If none is sent, a user name that is an address is used.',
      },
    },
    emailFormat: {
      name: 'Form of emails',
      values: yesNo(
        'The primary email must look like an address; other text is refused.',
        'Any text is stored as email. Mail is sent only to those that are addresses.',
      ),
    },
    emailUnique: {
      name: 'Shared emails',
      values: yesNo(
        'A person is refused if another person has the same primary email.',
        'People can share an email, and then sign in with the username.',
      ),
    },
    employeeNumberUnique: {
      name: 'Shared employee IDs',
      values: yesNo(
        'A person is refused if another person has the same employee ID.',
        'People can share an employee ID, such as an administrator with a second account.',
      ),
    },
    inactiveOnCreate: {
      name: 'Inactive people',
      values: {
        refuse: 'A person who is inactive in the source is not created.',
        suspend: 'A person who is inactive in the source is created and suspended.',
      },
    },
    newUserState: {
      name: 'State of new people',
      values: {
        ACTIVATED: 'A new person is active at once.',
        STAGED: 'A new person is staged: no access to anything until an administrator activates the person.',
      },
    },
    activationMail: {
      name: 'Activation mail',
      values: {
        never: 'No mail is sent to new people.',
        onCreate: 'A new person who is active gets a mail with a link to set a password.',
        onActivate: 'A person gets the mail when created active, and when activated without a password.',
      },
    },
    manager: {
      name: 'Managers',
      values: yesNo('The manager is stored, also if the manager arrives later.', 'The manager is ignored.'),
    },
    create: {
      name: 'Create',
      values: yesNo('The source may create people and groups.', 'Requests that create people or groups are refused.'),
    },
    update: {
      name: 'Update',
      values: yesNo('The source may change people and groups.', 'Requests that change people or groups are refused.'),
    },
    delete: {
      name: 'Delete',
      values: yesNo('The source may delete people and groups.', 'Requests that delete people or groups are refused.'),
    },
    deleteAction: {
      name: 'What DELETE does',
      values: {
        delete: 'DELETE deletes the person, who can be restored for 30 days.',
        suspend: 'DELETE suspends the person, who stays in the directory.',
      },
    },
    adopt: {
      name: 'People who are here already',
      values: {
        never: 'The source cannot become the owner of people and groups that it did not create.',
        unmanaged: 'The source becomes the owner of people and groups without a source, such as those created by hand.',
        any: 'The source becomes the owner also of people and groups of other sources.',
      },
    },
    groups: {
      name: 'Groups',
      values: yesNo(
        'Groups are supported.',
        'Groups are not supported: the list of groups is empty, so that Test Connection still succeeds.',
      ),
    },
    groupNameUnique: {
      name: 'Shared group names',
      values: yesNo('A group is refused if another group has the same name.', 'Groups can have the same name.'),
    },
    unknownMembers: {
      name: 'Members who are not here',
      values: {
        refuse: 'A request that adds a member who does not exist is refused.',
        defer: 'A member who does not exist yet is noted, and joins the group on arrival.',
      },
    },
    unknownAttributes: {
      name: 'Unknown attributes',
      values: {
        ignore: 'Attributes that no schema has are ignored, and the event lists them.',
        reject: 'A request with an attribute that no schema has is refused.',
      },
    },
    schemas: {
      name: 'Attribute “schemas”',
      values: {
        any: 'The attribute schemas of a request is not checked.',
        patch: 'A PATCH must name the PatchOp schema, and no other.',
        required: 'Every request must name its schemas, and no unknown one.',
      },
    },
  },
} as const;
