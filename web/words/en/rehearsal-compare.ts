import { count, number } from './counts.ts';

export const comparison = {
  help: 'Reads all users and groups of the application, and compares every attribute, manager and member with what the mappings produce from the tenant. Nothing is changed. Entra ID has nothing like it: it never reads back what it has written.',
  compare: 'Compare both sides',
  again: 'Compare again',
  stop: 'Stop comparing',
  working: 'Reading all users and groups of the application. The more there are, the longer it takes.',
  readOnly: 'The comparison reads all of the application. It needs the permission entra.write.',
  asOf: 'Compared',
  equal: 'Both sides are equal',
  result: 'Result',
  type: 'Type',
  types: { User: 'Users', Group: 'Groups' },
  one: { User: 'User', Group: 'Group' },
  counts: {
    compared: 'In scope in the tenant',
    found: 'In the application',
    equal: 'Equal',
    differs: 'Different',
    missing: 'Only in the tenant',
    extra: 'Only in the application',
  },
  kinds: { differs: 'Different', missing: 'Only in the tenant', extra: 'Only in the application' },
  number: (value: number) => number(value),
  show: (kind: string, objects: number, type: string) => `${kind}, ${type}: show ${number(objects)}`,
  filter: { kind: 'Result', type: 'Type' },
  search: 'Search by name',
  list: 'Differences',
  listed: (shown: number, all: number) =>
    `${number(shown)} of ${count(all, 'difference is', 'differences are')} listed.`,
  none: 'No difference matches this filter',
  attributes: (name: string) => `Attributes of ${name} that differ`,
  attribute: 'Attribute',
  expected: 'The mapping produces',
  actual: 'The application has',
  noValue: 'no value',
  why: 'Why',
  fix: 'What to do',
  reason: {
    failed: (code: string, attempts: number) =>
      `Provisioning failed with ${code}, ${attempts === 1 ? 'once' : `${number(attempts)} times`} so far.`,
    vanished: 'It was provisioned, and the application no longer has it. The next change fails with InvalidAnchor.',
    notYet: 'No cycle has provisioned it yet, or it came into scope after the last cycle.',
    changed:
      'The tenant or a mapping has changed since the last cycle, or the value was changed in the application by someone else.',
    members:
      'The members were changed in the application by someone else, or the last cycle has not sent the change yet. Provisioning never reads members.',
    extra:
      'No object of the tenant is linked with it: it was created by someone else, or its object in the tenant was deleted permanently after it had been unassigned.',
  },
  advice: {
    failed: 'Correct what the provisioning logs say, then provision it on demand.',
    vanished: 'Restart provisioning, so that all objects are matched again, or provision it on demand after that.',
    notYet: 'Provision it on demand, or wait for the next cycle.',
    changed: 'Provision it on demand: that writes what the mappings produce.',
    members:
      'If the next cycle does not send it, change the members in the application: provisioning does not notice the difference.',
    extra:
      'Leave it, or delete it in the application. If it belongs to an object of the tenant, give that object the same value of the matching attribute, and provision it on demand: it is then matched.',
  },
  nextAttempt: 'Next attempt',
  nextCycle: 'in the next cycle',
  onDemand: (name: string) => `Provision ${name} on demand`,
  logs: (name: string) => `Provisioning logs of ${name}`,
  restart: 'Restart provisioning',
} as const;

export const faults = {
  help: 'What the stand-in does to the connection, on purpose, to show how the application and this directory handle it. A switch takes effect with the next request. Nothing here exists in Entra ID’s portal.',
  readOnly: 'Your role can read what is switched on. Changing it needs the permission entra.write.',
  on: 'On',
  off: 'Off',
  allOff: 'Switch all off',
  someOn: (faults: number) => count(faults, 'fault is on', 'faults are on'),
  noneOn: 'No fault is on',
  observe: 'What you will observe',
  turnOn: (name: string) => `Switch on: ${name}`,
  apply: 'Apply',
  saved: 'Saved. It takes effect with the next request.',
  resync: 'Saved. The next cycle evaluates all objects again.',
  fault: {
    throttle: {
      name: 'Requests arrive slowly',
      what: 'Each request is sent in small pieces, with a pause between them, as over a bad line.',
      observe:
        'Requests take longer: Provision on demand and the provisioning logs show the time of each. The directory still reads each body as a whole.',
      fields: { bytes: 'Bytes per piece', pauseMs: 'Pause between pieces, in milliseconds' },
    },
    slowReadMs: {
      name: 'Answers are read slowly',
      what: 'The stand-in pauses before it reads each piece of an answer.',
      observe:
        'Requests take longer in the provisioning logs, but not in this directory, which has answered long before. Large answers, such as lists of members, are slowest.',
      fields: { value: 'Pause before each piece, in milliseconds' },
    },
    dropEvery: {
      name: 'Connections are cut',
      what: 'Of every so many requests with a body, one is cut off in the middle.',
      observe:
        'Some objects fail with WebExceptionProtocolError, and are tried again in the next cycle. In this directory, the cut request is listed as refused and changes nothing.',
      fields: { value: 'Cut one request of every' },
    },
    duplicateEvery: {
      name: 'Answers are lost',
      what: 'Of every so many writes, one is sent twice, as if its answer had been lost.',
      observe:
        'This directory receives the same write twice. The second creation is refused as a conflict, and the object fails with EntryConflict. The next attempt finds and links the user of the first creation, so that no user exists twice.',
      fields: { value: 'Repeat one write of every' },
    },
    switchIsNull: {
      name: 'Switch() without a change',
      what: 'In an incremental cycle, a Switch() whose attribute did not change is evaluated as null, as Microsoft documents it.',
      observe:
        'After another attribute of a user changes, the target of the Switch() is emptied. Nested IIF calls are the way around it.',
    },
    sendUserAgent: {
      name: 'A User-Agent is sent',
      what: 'Entra ID sends no User-Agent. With this switch, the stand-in sends one.',
      observe:
        'If Test Connection works with it and fails without it, a firewall or a proxy in front of the application refuses requests without a User-Agent.',
    },
  },
  more: 'More ways to see a failure',
  others: {
    token: 'Enter a wrong Secret Token: the next cycle puts the job into quarantine.',
    deletes: 'Set a low threshold for accidental deletions, and delete more users: the deletions wait.',
    tokenLink: 'Admin Credentials',
    deletesLink: 'Settings',
  },
} as const;
