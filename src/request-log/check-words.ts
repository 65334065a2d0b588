import type { Language, Shape } from '#base/words/language.ts';

/** What the checks of a credential expect and received, in English. */
const enCheckWords = {
  credential: 'a bearer token in the Authorization header, or a key in the x-api-key header',
  methods: {
    bearer: 'a bearer token in the Authorization header',
    'x-api-key': 'a key in the x-api-key header',
    session: 'the token of a session',
    none: 'no credential',
  },
  key: 'a key of this organization that is not revoked, and whose owner may use it',
  keyId: (id: string | undefined) => (id === undefined ? 'a credential' : `the key ${id}`),
  refused: (key: string, reason: string) => `${key}: ${reason}`,
  keyOf: (key: string, owner: string) => `${key} of ${owner}`,
  anyTime: 'use at any time, because the key does not expire',
  before: (time: string) => `use before ${time}`,
  at: (time: string) => `use at ${time}`,
  anyAddress: 'any address',
  schemas: 'the permission schemas',
  scim: 'the permission scim, a key of a source, or at /Me a token of a user',
  tokenOf: (type: string, name: string) => `a token of the ${type} ${name}`.trim(),
  role: (name: string) => `the role ${name}`,
} as const;

export type CheckWords = Shape<typeof enCheckWords>;

const owners: Readonly<Record<string, string>> = {
  integration: '数据源',
  administrator: '管理员',
  admin: '管理员',
  user: '用户',
  system: '系统',
  anonymous: '未知调用方',
};

const zhCheckWords: CheckWords = {
  credential: 'Authorization 标头中的持有者令牌，或 x-api-key 标头中的密钥',
  methods: {
    bearer: 'Authorization 标头中的持有者令牌',
    'x-api-key': 'x-api-key 标头中的密钥',
    session: '会话的令牌',
    none: '没有凭据',
  },
  key: '此组织的密钥，未吊销，且其所有者可以使用',
  keyId: (id) => (id === undefined ? '一个凭据' : `密钥 ${id}`),
  refused: (key, reason) => `${key}：${reason}`,
  keyOf: (key, owner) => `${key}，属于 ${owners[owner] ?? owner}`,
  anyTime: '任何时间，因为密钥不会过期',
  before: (time) => `在 ${time} 之前使用`,
  at: (time) => `使用于 ${time}`,
  anyAddress: '任何地址',
  schemas: '权限 schemas',
  scim: '权限 scim、数据源的密钥，或在 /Me 使用的用户令牌',
  tokenOf: (type, name) => `${owners[type] ?? type} ${name} 的令牌`,
  role: (name) => `角色 ${name}`,
};

const catalogs: Readonly<Record<Language, CheckWords>> = { en: enCheckWords, zh: zhCheckWords };

/** Returns the words of the checks in a language. */
export function checkWordsIn(language: Language): CheckWords {
  return catalogs[language];
}
