import type { Dice } from './dice.ts';

/** The names in a language, separated by spaces. A name that is not in Latin script is followed by a colon and its Latin form. */
interface Language {
  readonly given: string;
  readonly family: string;
  /** The text between the family name and the given name if the family name comes first; absent if the given name comes first. */
  readonly familyFirst?: string;
  /** True if people have two family names, one from each parent. */
  readonly twoFamilies?: true;
}

const languages = {
  en: {
    given: 'James Mary Oliver Amelia Jack Grace Harry Sophie Liam Niamh Noah Chloe Ethan Ava Owen Siân Callum Aoife',
    family:
      "Smith Jones O'Brien Taylor O'Connor Brown MacDonald Wilson Evans D'Arcy Walker Wright Robinson Smith-Jones Hughes Green",
  },
  de: {
    given: 'Jürgen Anna Björn Käthe Lukas Hannah Felix Lea Günther Zoë Maximilian Jörg Ulrike Sören Bärbel Matthias',
    family: 'Müller Schmidt Weiß Köhler Strauß Jäger Groß Becker Schäfer Böhm Voß Krüger Meyer-Lüdenscheidt Hofmann',
  },
  fr: {
    given: 'Chloé Hugo Zoé Léa Jean-Luc Françoise Gaëlle André Noël Inès Rémi Élodie Benoît Thérèse Cédric Maëlys',
    family: "Lefèvre D'Aubigné Dupont Bérenger Moreau François Garçon L'Hôte Côté Roussel Guérin Saint-Exupéry Noël",
  },
  es: {
    given: 'María José Lucía Ángel Sofía Íñigo Carmen Raúl Begoña Andrés Nuria Iván Concepción Óscar Mónica Adrián',
    family: 'García Fernández Núñez Muñoz López Rodríguez Ibáñez Peña Sánchez Pérez Gómez Vázquez Ortiz Zúñiga',
    twoFamilies: true,
  },
  pt: {
    given: 'João Inês António Conceição Tomás Beatriz Luís Mariana Gonçalo Júlia Tiago Letícia Caetano Thaís',
    family: 'Gonçalves Araújo Magalhães Conceição Simões Leitão Assunção Brandão Falcão Guimarães Pereira Sá',
    twoFamilies: true,
  },
  it: {
    given: 'Niccolò Giulia Matteo Chiara Luca Francesca Zaccaria Beatrice Lorenzo Sofia Davide Elena',
    family: "D'Angelo Rossi Dell'Orto Bianchi Cantù Ferrari Salò Russo De_Luca Marchesi Fiorè Conti",
  },
  sv: {
    given: 'Åsa Björn Östen Märta Göran Ingrid Håkan Elsa Sören Linnéa Pär Maja Nils Ebba',
    family: 'Öberg Åkesson Lindström Sjögren Nyström Hägglund Ängström Bergström Björk Johansson Åhlén Wåhlin',
  },
  pl: {
    given: 'Łukasz Małgorzata Wojciech Żaneta Stanisław Agnieszka Paweł Grażyna Michał Jolanta Rafał Zofia',
    family: 'Wiśniewski Kowalczyk Wójcik Błaszczyk Zieliński Szymańska Dąbrowski Łącka Gołębiewski Źdźbło',
  },
  cs: {
    given: 'Jiří Kateřina Tomáš Zdeňka Ondřej Žofie Přemysl Božena Luděk Markéta Matěj Růžena',
    family: 'Novák Dvořáková Svoboda Černý Procházka Růžička Šťastný Křížová Hájek Němcová Žižka Koníček',
  },
  tr: {
    given: 'Çağla İbrahim Gülşen Ömer Şule Yiğit Işıl Oğuz Ayşe Üzeyir Pınar Tuğba',
    family: 'Yılmaz Öztürk Şahin Çelik Güneş Kılıç Özdemir Aydın Işık Doğan Türkoğlu Ağaoğlu',
  },
  vi: {
    given: 'Thị_Lan Văn_Đức Quốc_Huy Thị_Hương Minh_Tuấn Ngọc_Ánh Hữu_Phước Thu_Hà Đình_Khôi Bảo_Châu',
    family: 'Nguyễn Trần Lê Phạm Hoàng Huỳnh Đặng Vũ Võ Bùi Đỗ Ngô',
    familyFirst: ' ',
  },
  el: {
    given: 'Γιώργος:Giorgos Μαρία:Maria Νίκος:Nikos Ελένη:Eleni Κώστας:Kostas Άννα:Anna Θεόδωρος:Theodoros Σοφία:Sofia',
    family:
      'Παπαδόπουλος:Papadopoulos Νικολάου:Nikolaou Βλάχος:Vlachos Οικονόμου:Oikonomou Μακρής:Makris Φωτίου:Fotiou',
  },
  uk: {
    given:
      'Олена:Olena Тарас:Taras Ярослав:Yaroslav Наталія:Nataliia Юрій:Yurii Ганна:Hanna Богдан:Bohdan Людмила:Liudmyla',
    family:
      "Шевченко:Shevchenko Коваленко:Kovalenko Мар'яненко:Mar'ianenko Щербак:Shcherbak Гриценко:Hrytsenko Їжак:Yizhak",
  },
  ar: {
    given: 'محمد:Mohammed فاطمة:Fatima عبدالله:Abdullah ليلى:Layla يوسف:Yousef مريم:Maryam خالد:Khaled نور:Noor',
    family: 'الهاشمي:Al-Hashimi حداد:Haddad المنصوري:Al-Mansouri خوري:Khoury النجار:Al-Najjar صالح:Saleh بكر:Bakr',
  },
  he: {
    given: 'נועה:Noa דוד:David תמר:Tamar יוסף:Yosef שירה:Shira איתי:Itai מיכל:Michal',
    family: 'כהן:Cohen לוי:Levi מזרחי:Mizrahi פרץ:Peretz ביטון:Biton אברהם:Avraham',
  },
  hi: {
    given: 'आरव:Aarav प्रिया:Priya रोहन:Rohan अनन्या:Ananya विक्रम:Vikram दीपिका:Deepika अर्जुन:Arjun मीरा:Meera',
    family: 'शर्मा:Sharma पटेल:Patel सिंह:Singh अय्यर:Iyer गुप्ता:Gupta रेड्डी:Reddy चौधरी:Chaudhary',
  },
  ja: {
    given: '太郎:Taro 花子:Hanako 健一:Kenichi 美咲:Misaki 大輔:Daisuke さくら:Sakura 翔太:Shota 陽子:Yoko',
    family: '佐藤:Sato 鈴木:Suzuki 高橋:Takahashi 渡邉:Watanabe 山﨑:Yamazaki 小林:Kobayashi 髙木:Takagi',
    familyFirst: ' ',
  },
  ko: {
    given: '민준:Minjun 서연:Seoyeon 지훈:Jihun 수빈:Subin 현우:Hyunwoo 지민:Jimin 은지:Eunji 동현:Donghyun',
    family: '김:Kim 이:Lee 박:Park 최:Choi 정:Jung 강:Kang 윤:Yoon 장:Jang',
    familyFirst: '',
  },
  zh: {
    given: '伟:Wei 秀英:Xiuying 强:Qiang 丽:Li 建国:Jianguo 芳:Fang 志明:Zhiming 静:Jing 𠮷祥:Jixiang',
    family: '王:Wang 李:Li 张:Zhang 刘:Liu 陈:Chen 欧阳:Ouyang 赵:Zhao 黄:Huang 吴:Wu',
    familyFirst: '',
  },
} as const satisfies Readonly<Record<string, Language>>;

export type LanguageName = keyof typeof languages;

/** The names of a person, and the alias, which is the part before the @ of the person's userPrincipalName and email address. */
export interface PersonName {
  readonly givenName: string;
  readonly surname: string;
  readonly displayName: string;
  /** The given name and the family name as `given.family`, in lowercase ASCII. */
  readonly alias: string;
}

interface Word {
  readonly text: string;
  readonly latin: string;
}

function words(list: string): readonly [Word, ...Word[]] {
  const [first, ...others] = list.split(' ').map((entry): Word => {
    const [text = '', latin = text] = entry.split(':');
    return { text: text.replaceAll('_', ' '), latin };
  });
  if (first === undefined) throw new Error('a language needs names');
  return [first, ...others];
}

const lists = new Map(
  Object.entries(languages).map(([name, { given, family }]) => [name, { given: words(given), family: words(family) }]),
);

export function generateName(dice: Dice, name: LanguageName): PersonName {
  const language: Language = languages[name];
  const found = lists.get(name);
  if (found === undefined) throw new Error(`the language ${name} needs names`);
  const given = dice.pick(found.given);
  const family = dice.pick(found.family);
  const second = language.twoFamilies === true ? dice.pick(found.family) : undefined;
  const surname = second === undefined || second === family ? family.text : `${family.text} ${second.text}`;
  const { familyFirst } = language;
  return {
    givenName: given.text,
    surname,
    displayName: familyFirst === undefined ? `${given.text} ${surname}` : `${surname}${familyFirst}${given.text}`,
    alias: `${latin(given.latin)}.${latin(family.latin)}`,
  };
}

/** The replacements for letters that Unicode normalization does not decompose into an ASCII letter and a mark. */
const letters: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd', ß: 'ss', æ: 'ae', ı: 'i', ð: 'd', þ: 'th' };

/** Converts a name to the characters that a userPrincipalName allows. */
function latin(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[łøđßæıðþ]/g, (letter) => letters[letter] ?? letter)
    .normalize('NFD')
    .replaceAll('_', '-')
    .replaceAll(/[^a-z0-9'-]/g, '');
}
