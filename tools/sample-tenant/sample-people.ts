const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** A person as a source sends it. */
export interface SamplePerson {
  readonly userName: string;
  readonly displayName: string;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly title?: string;
  readonly department?: string;
  readonly number?: string;
  readonly costCenter?: string;
  readonly phone?: string;
  /** The work email; null for none. Otherwise the user name at the domain. */
  readonly email?: string | null;
  readonly active?: boolean;
}

/** Returns the body of the request that creates a person. */
export function bodyOf(person: SamplePerson, domain = 'contoso.example') {
  const { userName, displayName, givenName, familyName, title, department, number, costCenter, phone } = person;
  const email = person.email === undefined ? `${userName}@${domain}` : person.email;
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
    externalId: `ext-${userName}`,
    userName,
    displayName,
    active: person.active ?? true,
    ...((givenName ?? familyName) !== undefined && { name: { givenName, familyName } }),
    ...(title !== undefined && { title }),
    ...(email !== null && { emails: [{ type: 'work', primary: true, value: email }] }),
    ...(phone !== undefined && { phoneNumbers: [{ type: 'work', value: phone }] }),
    [ENTERPRISE]: {
      ...(department !== undefined && { department }),
      ...(number !== undefined && { employeeNumber: number }),
      ...(costCenter !== undefined && { costCenter }),
    },
  };
}

export const ann: SamplePerson = {
  userName: 'ann.meier',
  displayName: 'Ann Meier',
  givenName: 'Ann',
  familyName: 'Meier',
  title: 'Engineer',
  department: 'Engineering',
  number: '40217',
  costCenter: 'CC-310',
  phone: '+41 44 555 01 17',
};

export const grace: SamplePerson = {
  userName: 'grace.wanjiru',
  displayName: 'Grace Wanjiru',
  givenName: 'Grace',
  familyName: 'Wanjiru',
  title: 'Chief Technology Officer',
  department: 'Engineering',
  number: '40001',
};

/** People whose names are long, or in other scripts. */
export const unusual: readonly SamplePerson[] = [
  {
    userName: 'chen.xiaomei',
    displayName: '陈小梅',
    givenName: '小梅',
    familyName: '陈',
    title: '财务主管',
    department: '财务部',
  },
  {
    userName: 'layla.alhashimi',
    displayName: 'ليلى الهاشمي',
    givenName: 'ليلى',
    familyName: 'الهاشمي',
    title: 'مديرة المبيعات',
    department: 'Sales (EMEA)',
  },
  { userName: 'zoe.star', displayName: '👩‍🚀 Zoë Star', title: 'Flight Controller', department: 'Research' },
  {
    userName: 'adolph.wolfeschlegelsteinhausenbergerdorff.freiherr.von.und.zu',
    displayName: 'Adolph Wolfeschlegelsteinhausenbergerdorff, Freiherr von und zu',
    title: 'Senior Vice President, Regulatory Affairs and Government Relations',
    department: 'Legal, Compliance and Regulatory Affairs (Europe, Middle East)',
    number: '40218-EMEA-REGULATORY-0001',
  },
  { userName: 'ben.arslan', displayName: 'Ben Arslan', title: 'Engineer', department: 'Engineering', number: '40219' },
  { userName: 'bob.mosser', displayName: 'Bob Mosser', title: 'Accountant', department: 'Finance', number: '40220' },
  { userName: 'dele.okafor', displayName: 'Dele Okafor', title: 'Account Executive', department: 'Sales (EMEA)' },
  { userName: 'tanaka.hiro', displayName: '田中 裕', title: 'Researcher', department: 'Research' },
];

/** People whom the directory refuses, each group for one reason. */
export const refused: Readonly<Record<'address' | 'noEmail' | 'inactive', readonly SamplePerson[]>> = {
  address: [
    'Bob Moser',
    'Ingrid Åkesson',
    'Farid Haddad',
    'Carla Weiß',
    'Tomás Araújo',
    'Niamh O’Connor',
    '王 秀英',
    'Élodie Lefèvre',
    'Jonas Lindqvist',
    'Alexandria Featherstonehaugh-Cholmondeley of Marjoribanks',
    'Ines Prado',
    'Owen Hughes',
  ].map((displayName, index) => {
    const alias = index === 0 ? 'bob.moser' : `guest${index}`;
    return { userName: `${alias}@contoso.example`, displayName, title: 'Field Engineer', department: 'Field Service' };
  }),
  noEmail: ['Frontdesk Zürich', 'Warehouse 3', 'Kiosk'].map((displayName, index) => ({
    userName: `shared${index + 1}`,
    displayName,
    email: null,
  })),
  inactive: [{ userName: 'leaver.one', displayName: 'Priya Sharma', active: false }],
};

/** People whom an administrator adds, because no source sends them. */
export const contractors = ['Mara Voss', 'Kofi Mensah', 'Lena Brandt'] as const;
