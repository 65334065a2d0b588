import { describe, expect, it } from 'vitest';
import withFlag from '../../../tests/entra/with-flag.json' with { type: 'json' };
import withoutFlag from '../../../tests/entra/without-flag.json' with { type: 'json' };
import type { FlatChange, FlatValue } from './flat-resource.ts';
import { filterOf } from './filter.ts';
import { inflate } from './inflate.ts';
import { membersBody, patchBody, type Dialect } from './patch-body.ts';
import { parseTenantUrl, requestTarget, type RequestQuery } from './tenant-url.ts';

const E = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const replace = (target: string, value: FlatValue): FlatChange => ({ target, op: 'replace', value });
const add = (target: string, value: FlatValue): FlatChange => ({ target, op: 'add', value });

/** Recorded conversations, which other tests replay against the SCIM server. The Entra ID stand-in must write the same requests. */
const conversations: readonly (readonly [Dialect, string, typeof withFlag | typeof withoutFlag])[] = [
  ['flag', 'https://host.example/?aadOptscim062020', withFlag],
  ['noFlag', 'https://host.example/', withoutFlag],
];

describe.for(conversations)('the recorded conversation (%s)', ([dialect, url, { steps }]) => {
  const tenant = parseTenantUrl(url);
  const bodies = steps.map(({ request }) => JSON.stringify('body' in request ? request.body : undefined));
  const paths = steps.map(({ request }) => request.path.replaceAll(/%[\dA-F]{2}/g, (escaped) => escaped.toLowerCase()));

  it.each<[readonly string[], RequestQuery]>([
    [['Users'], { filter: filterOf('userName', '7d420df3-9995-4831-a406-ecf8166f5f6a') }],
    [
      ['Groups'],
      { excludedAttributes: ['members'], filter: filterOf('displayName', '7d420df3-9995-4831-a406-ecf8166f5f6a') },
    ],
    [['Users'], { filter: filterOf('externalId', '0a21f0f2-8d2a-4f8e-bf98-7363c4aed400') }],
    [['Users'], { filter: filterOf('emails[type eq "work"].value', 'Bjorn.Asberg@contoso.example') }],
    [['Users'], { startIndex: 11, count: 5 }],
    [['Users'], {}],
  ])('contains the GET request that the stand-in sends for %j with the query %j', (segments, query) => {
    expect(paths).toContain(requestTarget(tenant, segments, query));
  });

  it.each<[string, readonly FlatChange[]]>([
    ['one value', [replace('displayName', 'Ann Keller')]],
    ['a new value', [add('nickName', 'Annie')]],
    [
      'the parts of an address',
      [add('addresses[type eq "work"].formatted', '18/2111'), add('addresses[type eq "work"].country', 'CH')],
    ],
    ['an added and a replaced value', [add('extensionAttribute7', 'x'), replace('title', 'Head')]],
    ['a user who is disabled', [replace('active', false)]],
    ['a user who is enabled again', [replace('active', true)]],
    ['a manager', [add(`${E}:manager`, '{{ann}}')]],
    [
      'many values',
      [
        replace('displayName', 'Ann Keller'),
        replace('emails[type eq "work"].value', 'ann.keller@contoso.example'),
        replace('name.familyName', 'Keller'),
        replace('name.formatted', 'Ann Keller'),
        add('phoneNumbers[type eq "mobile"].value', '55555555555'),
        replace(`${E}:department`, 'Research'),
      ],
    ],
    dialect === 'flag'
      ? [
          'roles',
          [
            replace('roles', [
              { primary: false, type: 'WindowsAzureActiveDirectoryRole', display: 'User', value: 'User' },
            ]),
          ],
        ]
      : [
          'roles',
          [add('roles', [{ id: '06b07648-ecfe-589f-9d2f-6325724a46ee', value: '25', displayName: 'Role1234' }])],
        ],
  ])('contains the PATCH that the stand-in sends for %s', (_, changes) => {
    expect(bodies).toContain(JSON.stringify(patchBody(changes, dialect)));
  });

  it('contains the requests that the stand-in sends to add or remove a member and to create a group', () => {
    expect(bodies).toContain(JSON.stringify(membersBody({ op: 'add', memberIds: ['{{ann}}'] }, dialect)));
    expect(bodies).toContain(JSON.stringify(membersBody({ op: 'remove', memberIds: ['{{ann}}'] }, dialect)));
    const group = new Map([
      ['displayName', 'Everyone'],
      ['externalId', '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159'],
    ]);
    expect(bodies).toContain(JSON.stringify(inflate('Group', group)));
  });
});
