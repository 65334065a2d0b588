import type { Phrase } from '#mail/templates.ts';

/** Who changed an account, in emails about the change. */
export const actorPhrases = {
  source: (name: string): Phrase => ({
    en: `the identity provider of your organization (${name})`,
    zh: `你组织的标识提供者（${name}）`,
  }),
  key: { en: 'someone who has one of your keys', zh: '拥有你的某个密钥的人' },
  owner: {
    en: 'someone who signed in as you or opened a link that was sent to you',
    zh: '以你的身份登录，或打开了发送给你的链接的人',
  },
  administrator: { en: 'an administrator of your organization', zh: '你组织的管理员' },
  directory: { en: 'the directory', zh: '目录' },
} as const;

/** What happened to SSH keys. */
export const sshKeyChanges = {
  added: (name: string): Phrase => ({ en: `The SSH key "${name}" was added`, zh: `已添加 SSH 密钥“${name}”` }),
  removed: (name: string): Phrase => ({ en: `The SSH key "${name}" was removed`, zh: `已移除 SSH 密钥“${name}”` }),
} as const;

/** Which key an account has now, and what it can do. */
export const newKeys = {
  user: (name: string): Phrase => ({
    en: `The token "${name}" was created; it can read your profile and change your password`,
    zh: `已创建令牌“${name}”，它可以读取你的个人资料并更改你的密码`,
  }),
  administrator: (name: string): Phrase => ({
    en: `The API key "${name}" was created; it has the same permissions as you`,
    zh: `已创建 API 密钥“${name}”，它与你具有相同的权限`,
  }),
} as const;

/** What happened to recovery codes. The caller that used a code also knew the password. */
export const recoveryCodeChanges = {
  used: {
    en: 'A recovery code was used instead of the authenticator app',
    zh: '使用了恢复代码来代替身份验证器应用',
  },
  created: {
    en: 'New recovery codes were created, and the earlier ones stopped working',
    zh: '已创建新的恢复代码，之前的恢复代码已失效',
  },
} as const satisfies Readonly<Record<string, Phrase>>;

/** What happened to a second factor or a passkey. */
export const factorChanges = {
  appAdded: { en: 'An authenticator app was set up', zh: '已设置身份验证器应用' },
  appRemoved: { en: 'The authenticator app was removed', zh: '已移除身份验证器应用' },
  passkeyAdded: { en: 'A passkey was added', zh: '已添加通行密钥' },
  passkeyRemoved: { en: 'A passkey was removed', zh: '已移除通行密钥' },
  factorsRemoved: {
    en: 'All second factors and passkeys were removed',
    zh: '已移除所有双重验证方式和通行密钥',
  },
} as const satisfies Readonly<Record<string, Phrase>>;

/** Where the wrong passwords for a locked account came from. */
export const lockoutSource = (clientIp: string): Phrase => ({ en: `from ${clientIp}`, zh: `来自 ${clientIp}` });
