import { describe, expect, test } from 'vitest';
import { en } from '../../../words/en.ts';
import { changeLabel, factNames, scimNames } from './fact-list.ts';

describe('the label of a change', () => {
  const ofOneText = factNames.filter((name) => !/^(?:phoneNumbers|addresses|email|alternateEmail)$/.test(name));

  test.for(ofOneText)('of the fact %s is that of the fact, for a change by SCIM and for one here', (name) => {
    const label = en.person.fact[name];
    expect(changeLabel({ field: scimNames[name], attribute: 'Other' }, en)).toBe(label);
    expect(changeLabel({ field: name, attribute: 'Other' }, en)).toBe(label);
  });

  test.for([
    ['emails', 'Primary email', en.person.fact.email],
    ['emails', 'Home email', en.person.fact.alternateEmail],
    ['email', 'Email', en.person.fact.email],
    ['locale', 'Location', en.person.fact.location],
    ['phoneNumbers', 'Work phone number', 'Work phone number'],
    ['nickName', 'Nickname', 'Nickname'],
  ] as const)('of %s, which the server calls %s, is %s', ([field, attribute, label]) => {
    expect(changeLabel({ field, attribute }, en)).toBe(label);
  });
});
