import { expressionMistakes, type SayMistake } from '#base/words/expression-mistakes.ts';

type ObjectKind = 'User' | 'Group';
/** What makes a value invalid, by the type of the attribute. */
export type ValueRule = keyof (typeof objectRefusals)['values']['rules'];

const kinds = { User: 'user', Group: 'group' } as const satisfies Record<ObjectKind, string>;

/** Refusals about tenants, users, groups, membership rules and imported files, in English. `zh-object-refusals.ts` has them in Chinese. */
export const objectRefusals = {
  tenants: {
    name: (name: string, max: number) => `The name ${name} must have 1 to ${max} characters.`,
    domain: (domain: string, max: number) =>
      `The domain ${domain} must be a domain name such as contoso.example, with at most ${max} characters.`,
    taken: (name: string) => `There is already a tenant ${name}.`,
    /** `known` is a sentence about the tenants that exist, or undefined. */
    unknown: (name: string, known?: string) => `There is no tenant ${name}.${known === undefined ? '' : ` ${known}`}`,
    none: (known: string) => `There is no tenant yet. ${known}`,
    /** `names` is empty if there is none; then `create` is the request that creates one. */
    known: (names: string, create: string) =>
      names === '' ? `Create one: POST ${create}.` : `The tenants are: ${names}.`,
    several: (header: string, known: string) => `There are several tenants: name one in the header ${header}. ${known}`,
    namedTwice: 'The request names several tenants. Name one, by its id or its name.',
    toFill: (what: string, count: number, max: number) =>
      `${what} is ${count}: it must be a whole number from 0 to ${max}.`,
  },
  users: {
    needs: (name: string) => `A user needs ${name}.`,
    unknown: (id: string) => `There is no user ${id} in the tenant.`,
    notDeleted: (id: string, days: number) =>
      `There is no deleted user ${id}. A deleted user is kept for ${days} days.`,
    isDeleted: (upn: string, id: string) => `${upn} (${id}) is deleted: restore the user before changing it.`,
    upnTaken: (upn: string, name: string, id: string) => `The userPrincipalName ${upn} belongs to ${name} (${id}).`,
    idTaken: (id: string) => `There is already an object with the objectId ${id}.`,
    idFixed: (name: string, id: string) => `The objectId of ${name} is ${id} and cannot be changed.`,
    ownManager: (upn: string) => `${upn} cannot be their own manager.`,
    managerUnknown: (id: string) => `The manager ${id} is not a user of the tenant, or is deleted.`,
    passwordProfile: 'passwordProfile must be an object with the property password.',
    passwordLength: (max: number) => `The password must have 1 to ${max} characters.`,
    noManager: "Resource 'manager' does not exist: the user has none.",
  },
  groups: {
    needs: 'A group needs displayName.',
    unknown: (id: string) => `There is no group ${id} in the tenant.`,
    ownMember: (name: string) => `${name} cannot be a member of itself.`,
    memberUnknown: (id: string) => `There is no user or group ${id} in the tenant, or the user is deleted.`,
    ruleDecides: (name: string, rule: string) =>
      `The members of ${name} follow from its rule: ${rule}. Change the rule, or attributes of the users.`,
    paused: 'A dynamic group cannot be paused here: remove its membershipRule instead.',
    tooManyMembers: (count: number, max: number) => `The request binds ${count} members; it can bind at most ${max}.`,
    /** Graph responds with this exact message. */
    memberPresent:
      "One or more added object references already exist for the following modified properties: 'members'.",
    notMember: (id: string) => `${id} is not a member of the group.`,
  },
  resource: {
    /** Graph responds with this exact message. */
    unknown: (id: string, more: string | undefined) =>
      `Resource ${id} does not exist or one of its queried reference-property objects are not present.${more === undefined ? '' : ` ${more}`}`,
    wasDeleted: 'It was deleted: see /directory/deletedItems.',
    isNotDeleted: 'It is not deleted.',
  },
  values: {
    unknown: (name: string, kind: ObjectKind, hint: string) =>
      `${name} is not an attribute of ${kinds[kind]}s. ${hint}`,
    meant: (name: string) => `Did you mean ${name}?`,
    known: (names: string) => `The attributes are: ${names}.`,
    computed: (name: string) => `${name} cannot be set: it is computed.`,
    individually: (name: string) => `${name} cannot be set: members are added and removed individually.`,
    tooMany: (name: string, count: number, max: number) => `${name} has ${count} values: at most ${max} are allowed.`,
    required: (name: string) => `${name} is required: it cannot be removed.`,
    invalid: (name: string, value: string, rule: string) => `${name} is ${value}: it must be ${rule}.`,
    rules: {
      dateText: 'a date such as 2026-01-31T00:00:00Z',
      text: 'a string',
      dateTextNotList: 'a date such as 2026-01-31T00:00:00Z, not a list',
      textNotList: 'a string, not a list',
      flag: 'true or false',
      date: 'a date such as 2026-01-31 or 2026-01-31T00:00:00Z',
      objectId: 'an objectId such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301',
      country: 'two letters such as SE',
      userType: '"Member" or "Guest"',
    },
    tooLong: (name: string, length: number, max: number, value: string) =>
      `${name} has ${length} characters: at most ${max} are allowed. The value begins with ${value}.`,
    upn: (value: string, fault: string) => `userPrincipalName is ${value}: ${fault}.`,
    upnFaults: {
      form: 'it must be an alias, one @ and a domain',
      local: "before the @ it may have letters without accents, digits and ' . _ - ! # ^ ~ +, and no dot at its ends",
      domain: 'after the @ it must have a domain such as contoso.example',
    },
    upnLength: (local: number, all: number) =>
      `it may have at most ${local} characters before the @, and ${all} in all`,
  },
  rule: {
    tooLong: (length: number, max: number) => `The rule has ${length} characters: at most ${max} are allowed.`,
    at: (position: number, reason: string) => `The rule is wrong at position ${position}: ${reason}.`,
    /** `found` is a quoted text, or undefined at the end of the rule. */
    expected: (what: string, found: string | undefined) =>
      `${what} was expected, not ${found ?? 'the end of the rule'}`,
    conjunctionOrEnd: '-and, -or or the end',
    oneOf: (names: string) => `one of ${names}`,
    property: 'a property such as user.department',
    openAfter: (kind: string) => `( was expected after -${kind}`,
    notFound: (expected: string, found: string | undefined) => `${expected}, not ${found ?? 'the end of the rule'}`,
    list: 'a list such as ["A", "B"]',
    string: 'a string in double quotes',
    closing: (mark: string, open: string, position: number) =>
      `${mark} was expected for the ${open} at position ${position}`,
    tooDeep: (max: number) => `the rule is nested deeper than ${max} levels`,
    severalValues: (name: string, example: string) => `${name} has several values: write ${example}`,
    underscore: 'inside -any and -all, the value must be written as "_"',
    noProperty: (name: string, near: string | undefined) =>
      `there is no property ${name} that a rule can use${near === undefined ? '' : `. Did you mean user.${near}?`}`,
    oneValue: (name: string, kind: string) =>
      `${name} has only one value, but -${kind} needs an attribute with several values`,
    nested: (kind: string) => `-${kind} cannot be inside -any or -all`,
    nullOperator: 'null can be used only with -eq, -ne, -in and -notIn',
    flagOperator: (name: string) => `${name} is true or false: compare it with -eq or -ne`,
    flag: (name: string) => `${name} is true or false`,
    compareList: (name: string) => `${name} has several values: compare it with null, or use -any and -all`,
    pattern: (pattern: string, reason: SayMistake) =>
      `${pattern} is not a regular expression: ${reason(expressionMistakes)}`,
    openString: 'the string that begins here has no closing quotation mark',
    curlyQuotes: 'strings are written in straight double quotes, ", not in curly ones',
    singleQuotes: 'strings are written in double quotes',
    character: (character: string) => `${character} is not allowed here`,
  },
  files: {
    oneFile: 'Send the text of one file: csv or graph.',
    empty: 'The file is empty: its first line must name the columns.',
    columnTwice: (name: string) => `The file has two columns named ${name}.`,
    tooManyRows: (rows: number, max: number) => `The file has ${rows} rows: at most ${max} can be imported at once.`,
    tooManyObjects: (objects: number, max: number) =>
      `The file has ${objects} objects: at most ${max} can be imported at once.`,
    notJson: (reason: string) => `The file is not JSON: ${reason}.`,
    noObjects: 'The file must contain objects: {"value": […]}, or a list of users and groups.',
    line: (line: number) => `line ${line}`,
    object: (number: number) => `object ${number}`,
    noType: (where: string) =>
      `The ${where} is neither a user, which has a userPrincipalName, nor a group, which has securityEnabled.`,
    noReference: (where: string) =>
      `The ${where} refers to a manager or a member without an id or a userPrincipalName.`,
    invalidRows: (count: number) =>
      `${count === 1 ? 'One row is' : `${count} rows are`} invalid, and nothing was imported:`,
    inRow: (where: string, reason: string) => `${where}: ${reason}`,
    moreRows: (count: number) => `… and ${count} more`,
    isDeleted: (upn: string, id: string) =>
      `${upn} (${id}) is deleted in this tenant: restore or purge the user first.`,
    managerUnknown: (manager: string) => `The manager ${manager} is not a user of the file or the tenant.`,
    ownManager: 'A user cannot be their own manager.',
    memberUnknown: (member: string) => `The member ${member} is not a user or another group of the file or the tenant.`,
    twice: (name: string) => `The file has ${name} twice.`,
    idTaken: (id: string) => `There is already another object with the objectId ${id}.`,
  },
} as const;
