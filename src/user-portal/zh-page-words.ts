import { LOCALE, text } from '#base/words/chinese.ts';
import type { PageWords } from './en-page-words.ts';

/** The texts of the pages in Chinese. */
export const zhPageWords: PageWords = {
  locale: LOCALE,
  product: '探花',
  language: '语言',
  failed: '操作未成功',
  unreadable: '无法读取表单。请返回并重新发送。',
  broken: '出现错误。请重新打开链接，查看更改是否已保存。',
  welcome: (name) => (name === '' ? '欢迎' : text`欢迎，${name}`),
  newPassword: '设置新密码',
  account: (name, organization) => (organization === '' ? text`帐户：${name}` : text`帐户：${name}（${organization}）`),
  passwordField: '新密码',
  must: '密码必须',
  again: '再次输入新密码',
  setPassword: '设置密码',
  enterPassword: '请输入密码。',
  differ: '两次输入的密码不同。请重新输入两次。',
  afterwards: {
    user: {
      activation: '之后使用你的用户名和此密码登录，并且可以添加双重验证。',
      reset: '你在其他设备上的会话会结束，之后使用新密码登录。',
    },
    administrator: {
      activation: '之后使用你的电子邮件地址和此密码登录到控制台。',
      reset: '你在其他设备上的会话会结束，之后使用新密码登录到控制台。',
    },
  },
  script: {
    met: '（已满足）',
    allMet: '已满足所有这些规则。',
    allChecked: '已满足发送密码前可以检查的所有规则。',
    oneLeft: '还有 1 条规则未满足。',
    manyLeft: '还有 {} 条规则未满足。',
    strength: '强度：{}',
    strengths: { weak: '容易猜到', fair: '一般', good: '良好', strong: '难以猜到' },
    show: '显示',
    hide: '隐藏',
    showPasswords: '显示密码',
    differ: '两次输入的密码不同。',
  },
  forgotLead: '你会收到一封电子邮件，其中有设置新密码的链接。该链接只能使用一次。',
  email: '电子邮件地址或用户名',
  enterEmail: '请输入你的电子邮件地址。',
  sendLink: '发送链接',
  requested: '请查看你的邮箱',
  requestedLead: '如果有这样的帐户，你会收到一封包含链接的电子邮件。这可能需要几分钟。请同时查看垃圾邮件文件夹。',
  noMail: (isUser) =>
    `没有收到电子邮件？${isUser ? '如果多个用户共用该地址，请改为输入用户名。' : ''}帐户的地址可能不同，或者你的组织在其他地方管理你的密码。请联系管理员。`,
  passwordSet: '你的密码已设置',
  signInWith: (isUser) => `请使用${isUser ? '你的用户名或电子邮件地址' : '你的电子邮件地址'}和新密码登录。`,
  signIn: '登录',
  next: '接下来可以做什么',
  nextSteps: {
    user: [
      '使用身份验证器应用或通行密钥保护你的帐户。',
      '查看目录中有关你的信息。',
      '凡是组织要求使用此帐户的地方，都使用此密码。',
    ],
    administrator: ['使用身份验证器应用或通行密钥保护你的帐户。', '在控制台中打开目录。'],
  },
  linkFailed: '此链接无法使用',
  another: (link) => `你可以${link('请求另一个链接')}，或请管理员发送链接。`,
  missing: '此页不存在',
  missingHelp: '地址可能有误或不完整。请重新打开邮件中的链接，或从此处继续：',
  yourAccount: '你的帐户',
  administration: '管理',
  otherAddresses: (tenantUrl, docs, portal) =>
    `SCIM 客户端（例如 Entra ID）使用租户 URL ${tenantUrl}。REST API 的说明位于 ${docs}。你自己的帐户位于 ${portal}。`,
};
