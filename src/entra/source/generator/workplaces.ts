import type { LanguageName } from './people-names.ts';

export interface Office {
  readonly city: string;
  readonly state: string;
  readonly country: string;
  readonly countryCode: string;
  /** In `postalCode`, `phone`, `mobile` and `streets`, each # is replaced by a random digit. */
  readonly postalCode: string;
  readonly phone: string;
  readonly mobile: string;
  readonly streets: readonly [string, ...string[]];
  readonly preferredLanguage: string;
  /** The language of the names of most users in this office. */
  readonly language: LanguageName;
  readonly weight: number;
}

/**
 * The language of most users in an office, the weight of the office, and a text of fields separated by " | ": city, state, country,
 * country code, postal code, telephone, mobile, streets, preferredLanguage.
 */
type OfficeRow = readonly [LanguageName, number, string];

const officeRows: readonly OfficeRow[] = [
  [
    'en',
    14,
    'Seattle | WA | United States | US | 981## | +1 206 555 #### | +1 206 555 #### | # Pine Street / # 4th Avenue | en-US',
  ],
  [
    'en',
    10,
    "London | Greater London | United Kingdom | GB | EC#A #BB | +44 20 7946 #### | +44 7700 900### | # King's Road / # Fleet Street | en-GB",
  ],
  [
    'en',
    4,
    'Dublin | Leinster | Ireland | IE | D0# X### | +353 1 555 #### | +353 85 555 #### | # O’Connell Street / # Dame Street | en-IE',
  ],
  [
    'de',
    8,
    'München | Bayern | Germany | DE | 80### | +49 89 5550 #### | +49 151 5550 #### | Königsstraße # / Müllerweg # | de-DE',
  ],
  [
    'fr',
    6,
    'Paris | Île-de-France | France | FR | 750## | +33 1 99 00 ## ## | +33 6 39 98 ## ## | # rue de l’Église / # allée des Érables | fr-FR',
  ],
  [
    'es',
    5,
    'Málaga | Andalucía | Spain | ES | 29### | +34 952 555 ### | +34 600 555 ### | Calle Ñuño # / Plaza Mayor # | es-ES',
  ],
  [
    'pt',
    5,
    'São Paulo | SP | Brazil | BR | 01###-### | +55 11 5555 #### | +55 11 95555 #### | Rua da Consolação # / Avenida São João # | pt-BR',
  ],
  [
    'it',
    3,
    'Forlì | Emilia-Romagna | Italy | IT | 471## | +39 0543 555 ### | +39 320 555 #### | Via dell’Università # / Corso Garibaldi # | it-IT',
  ],
  [
    'sv',
    7,
    'Malmö | Skåne | Sweden | SE | 211 ## | +46 40 555 ## ## | +46 70 174 0# ## | Östra Förstadsgatan # / Ängelholmsgatan # | sv-SE',
  ],
  [
    'pl',
    5,
    'Łódź | Łódzkie | Poland | PL | 90-### | +48 42 555 ## ## | +48 500 555 ### | ulica Piotrkowska # / ulica Żeromskiego # | pl-PL',
  ],
  [
    'cs',
    3,
    'Plzeň | Plzeňský kraj | Czechia | CZ | 301 ## | +420 377 555 ### | +420 601 555 ### | Náměstí Míru # / Křižíkova # | cs-CZ',
  ],
  [
    'tr',
    4,
    'İzmir | İzmir | Türkiye | TR | 35### | +90 232 555 ## ## | +90 532 555 ## ## | Atatürk Caddesi # / Şair Eşref Bulvarı # | tr-TR',
  ],
  [
    'vi',
    4,
    'Đà Nẵng | Đà Nẵng | Vietnam | VN | 550### | +84 236 555 #### | +84 90 555 #### | # Đường Trần Phú / # Đường Lê Lợi | vi-VN',
  ],
  [
    'el',
    2,
    'Athens | Attica | Greece | GR | 10# ## | +30 21 0555 #### | +30 694 555 #### | Οδός Ερμού # / Οδός Σταδίου # | el-GR',
  ],
  [
    'uk',
    3,
    'Lviv | Lviv Oblast | Ukraine | UA | 79### | +380 32 555 #### | +380 50 555 #### | вулиця Шевченка # / проспект Свободи # | uk-UA',
  ],
  [
    'ar',
    3,
    'Dubai | Dubai | United Arab Emirates | AE | ##### | +971 4 555 #### | +971 50 555 #### | # Sheikh Zayed Road / # Al Wasl Road | ar-AE',
  ],
  [
    'he',
    2,
    'Tel Aviv | Tel Aviv | Israel | IL | 61##### | +972 3 555 #### | +972 50 555 #### | רוטשילד # / דיזנגוף # | he-IL',
  ],
  [
    'hi',
    8,
    'Pune | Maharashtra | India | IN | 411### | +91 20 5550 #### | +91 98220 ##### | # Fergusson College Road / # Baner Road | hi-IN',
  ],
  [
    'ja',
    5,
    'Tokyo | 東京都 | Japan | JP | 100-#### | +81 3 5555 #### | +81 90 5555 #### | 千代田区丸の内 # / 港区六本木 # | ja-JP',
  ],
  [
    'ko',
    3,
    'Seoul | 서울특별시 | Korea | KR | 04### | +82 2 555 #### | +82 10 5555 #### | 세종대로 # / 테헤란로 # | ko-KR',
  ],
  [
    'zh',
    5,
    'Shanghai | 上海市 | China | CN | 200### | +86 21 5555 #### | +86 138 5555 #### | 南京路 # 号 / 淮海路 # 号 | zh-CN',
  ],
];

function toOffice([language, weight, text]: OfficeRow): Office {
  const fields = text.split(' | ');
  const [city = '', state = '', country = '', countryCode = '', postalCode = '', phone = '', mobile = ''] = fields;
  const [streets = '', preferredLanguage = ''] = fields.slice(7);
  const [first = '', ...others] = streets.split(' / ');
  const place = { city, state, country, countryCode, postalCode, phone, mobile };
  return { ...place, streets: [first, ...others], preferredLanguage, language, weight };
}

export const offices: readonly [Office, ...Office[]] = atLeastOne(officeRows.map(toOffice));

export interface Department {
  readonly name: string;
  /** The title of the head of the department. */
  readonly head: string;
  /** The title of the managers below the head. */
  readonly lead: string;
  readonly titles: readonly [string, ...string[]];
  readonly costCenter: string;
  readonly weight: number;
}

type DepartmentRow = readonly [string, string, string, string, string, number];

const departmentRows: readonly DepartmentRow[] = [
  ['Executive', 'Chief Executive Officer', 'Chief of Staff', 'Executive Assistant|Advisor', 'CC-1000', 1],
  [
    'Engineering',
    'Chief Technology Officer',
    'Engineering Manager',
    'Software Engineer|Senior Software Engineer|Test Engineer|Site Reliability Engineer',
    'CC-2000',
    26,
  ],
  [
    'Sales',
    'Chief Revenue Officer',
    'Sales Manager',
    'Account Executive|Sales Representative|Solution Consultant',
    'CC-3000',
    18,
  ],
  [
    'Marketing',
    'Chief Marketing Officer',
    'Marketing Manager',
    'Content Writer|Brand Designer|Campaign Specialist',
    'CC-3100',
    8,
  ],
  [
    'Customer Support',
    'VP Customer Support',
    'Support Team Lead',
    'Support Engineer|Support Specialist',
    'CC-3200',
    12,
  ],
  ['Finance', 'Chief Financial Officer', 'Finance Manager', 'Accountant|Controller|Payroll Specialist', 'CC-4000', 7],
  ['Human Resources', 'Chief People Officer', 'HR Manager', 'Recruiter|HR Business Partner', 'CC-4100', 5],
  ['Legal', 'General Counsel', 'Legal Manager', 'Legal Counsel|Paralegal', 'CC-4200', 2],
  [
    'IT',
    'Chief Information Officer',
    'IT Manager',
    'Systems Administrator|Network Engineer|Service Desk Analyst',
    'CC-5000',
    8,
  ],
  ['Research & Development', 'VP Research', 'Research Lead', 'Scientist|Data Scientist|Lab Technician', 'CC-6000', 6],
  [
    'Operations',
    'Chief Operating Officer',
    'Operations Manager',
    'Logistics Coordinator|Production Planner|Buyer',
    'CC-7000',
    7,
  ],
];

export const departments: readonly [Department, ...Department[]] = atLeastOne(
  departmentRows.map(([name, head, lead, titles, costCenter, weight]): Department => {
    const [first = '', ...others] = titles.split('|');
    return { name, head, lead, titles: [first, ...others], costCenter, weight };
  }),
);

/** The domains of the companies that guests come from. */
export const partners = [
  'fabrikam.example',
  'northwind.example',
  'adventure-works.example',
  'litware.example',
] as const;

/** The names of projects, which generated groups are named after. */
export const projects: readonly string[] = [
  'Aurora Beacon Cascade Drakkar Ember Fjäll Glacier Halcyon Iris Juniper Kestrel Lumen Meridian Nimbus Orion',
  'Pangolin Quartz Río Saffron Tundra Umbra Vesper Willow Zéphyr 桜 Ω',
].flatMap((names) => names.split(' '));

function atLeastOne<Item>(items: readonly Item[]): readonly [Item, ...Item[]] {
  const [first, ...others] = items;
  if (first === undefined) throw new Error('the list must not be empty');
  return [first, ...others];
}
