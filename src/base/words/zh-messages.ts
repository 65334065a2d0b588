import { chinese } from '../reasons/zh/fragments.ts';
import { text } from './chinese.ts';
import type { Shape } from './language.ts';
import type { messages } from './messages.ts';
import { zhAdminMessages } from './zh-admin-messages.ts';
import { zhDatabaseMessages } from './zh-database-messages.ts';
import { zhFileMessages } from './zh-file-messages.ts';
import { zhRadiusServerMessages } from './zh-radius-server-messages.ts';
import { zhSchemaFaults } from './zh-schema-faults.ts';

/** The messages of refusals that users of the portal read, in Chinese. */
export const zhMessages: Shape<typeof messages> = {
  admin: zhAdminMessages,
  database: zhDatabaseMessages,
  files: zhFileMessages,
  radiusServers: zhRadiusServerMessages,
  schemaFaults: zhSchemaFaults,
  linkEndings: {
    used: '此链接已使用。如果你已通过它设置了密码，请使用该密码。',
    replaced: '此链接已被替换：之后发送了新链接。请使用最新邮件中的链接。',
    revoked: '此链接已失效：发送链接之后帐户已更改，或请求链接的密钥已吊销。',
    expired: '此链接已过期。',
    unknown: '链接不完整或已过期。请在邮件中重新打开它，或复制完整的链接。',
  },
  accountOfLinkRemoved: '此链接所属的帐户已移除。',
  accountRemoved: '帐户刚刚被移除。',
  accountStates: {
    suspended: '帐户已停用。管理员可以激活它。',
    staged: '帐户尚未激活。管理员可以激活它。',
  },
  signInFailed: (isUser) =>
    `名称或密码错误，或者帐户现在无法使用。${isUser ? '如果多个用户共用一个电子邮件地址，请使用用户名登录。' : ''}失败次数过多之后，需要等待才能再次尝试。`,
  consoleCode: {
    otherMachine: '链接的代码只能在服务器所在计算机的浏览器中使用。',
    ended: '链接的代码已使用或已过期。请打开较新的链接。',
    protected: '链接的代码所属的帐户不能通过链接登录：请使用密码登录。',
  },
  wrongPassword: '密码错误，或者帐户已锁定。',
  passwordExpired: '你的密码已过期。请使用发送给你的邮件中的链接设置新密码，或通过“设置新密码”请求另一个链接。',
  codeMissing: '请输入身份验证器应用中的验证码（totp）。',
  wrongCode: '验证码错误或已使用。请等待下一个验证码，并检查手机的时间是否正确。',
  noSetup: '没有正在设置的身份验证器应用。请重新开始设置。',
  noAppToRemove: '没有可以移除的身份验证器应用。',
  noAppForCodes: '没有身份验证器应用，因此没有恢复代码。',
  linksForName: (seconds) => `你的网络为此名称请求链接过于频繁。请在 ${wait(seconds)}后重试。`,
  failuresForName: (seconds) =>
    `你的网络或设备使用此名称的失败次数过多。请在 ${wait(seconds)}后重试；使用通行密钥，或在你以前登录过的设备上登录时，无需等待。`,
  linksOfClient: (max, seconds) => text`你的网络在一分钟内请求的链接超过${max}个。请在 ${wait(seconds)}后重试。`,
  failuresOfClient: (max, seconds) => text`你的网络在一分钟内失败的尝试超过${max}次。请在 ${wait(seconds)}后重试。`,
  noOrganization: (name) => `此处没有组织 ${name}。请检查地址，或在不指定组织的情况下登录：只需要你的电子邮件地址。`,
  passkeys: {
    tooMany: (max) => text`一个帐户最多可以有${max}个通行密钥：请先移除一个。`,
    present: '该帐户已有此通行密钥。',
    registrationEnded: '通行密钥的注册用时过长、已完成，或在另一个会话中开始。请重新开始。',
    // The reason is a message of the library, in English.
    notVerified: () => '无法验证通行密钥。请重试，或使用其他通行密钥。',
    unknown: (id) => `没有通行密钥 ${id}。`,
    notRegistered: '此通行密钥未在此处注册，或者其帐户现在无法使用。',
    signInTooLate: '登录用时过长。请重新开始。',
    signInFinished: '此次登录已完成。请重新开始。',
  },
  sshKeys: {
    nameTaken: (name) => `该用户已有名为 ${name} 的 SSH 密钥。`,
    tooMany: (max) => text`一个用户最多可以有${max}个 SSH 密钥：请先移除一个。`,
    unknown: (id) => `该用户没有 SSH 密钥 ${id}。`,
    isPrivate: (field) => text`${chinese(field)}是私钥：请妥善保密，并发送公钥（以 .pub 结尾的文件）。`,
    malformed: (field) =>
      text`${chinese(field)}不是 SSH 公钥。请发送以 .pub 结尾的文件中的一行，例如“ssh-ed25519 AAAA… name”。`,
    isDsa: (field) =>
      text`${chinese(field)}是 DSA 密钥，只有 1024 位，OpenSSH 已不再接受。请创建其他密钥：ssh-keygen -t ed25519`,
    tooShort: (field, bits, min) =>
      text`${chinese(field)}是 ${String(bits)} 位的 RSA 密钥，强度太低：至少需要 ${String(min)} 位。请创建其他密钥：ssh-keygen -t ed25519`,
  },
  profile: {
    passwordNeeded: '要更改备用电子邮件地址，请同时发送你的密码（currentPassword）。',
    readOnly: '你的组织不允许在此处更改个人资料：请联系管理员。',
  },
  password: {
    must: (rules, changes) =>
      `密码必须满足：${rules.join('；')}。${changes === '' ? '' : `管理员可以更改此要求：tanhua organization set ${changes}。`}`,
    musts: {
      minLength: (length) => text`至少包含${length}个字符`,
      maxLength: (length) => text`最多包含${length}个字符`,
      lowercase: '包含一个小写字母',
      uppercase: '包含一个大写字母',
      number: '包含一个数字',
      symbol: '包含一个既不是字母也不是数字的字符',
      userName: '不包含用户名或电子邮件地址',
      common: '不容易猜到，例如不能是后面带数字的常见单词、连续字符或重复字符',
      history: (count) => (count === 1 ? '与当前密码不同' : text`与最近的${count}个密码不同`),
    },
    managed: '你的密码由你的帐户所属的标识提供者管理。请在那里更改密码。',
    tooSoon: (from) => `从 ${from} 起才能再次更改密码。`,
  },
};

function wait(seconds: number): string {
  return seconds <= 90 ? text`${seconds}秒` : text`${Math.ceil(seconds / 60)}分钟`;
}
