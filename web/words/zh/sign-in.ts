import type { Words } from '../en.ts';

export const signIn: Words['signIn'] = {
  title: '登录',
  email: '电子邮件',
  password: '密码',
  code: '身份验证器应用中的验证码',
  codeHelp: '也可以输入一个恢复代码。',
  submit: '登录',
  passkey: '使用通行密钥登录',
  passkeyFailed: '未使用通行密钥。可以使用密码登录。',
  passkeyNeedsName: '通行密钥只能在主机名下使用。请通过 localhost 或服务器的名称打开此页。',
  forgot: '设置新密码',
  portal: '不是管理员？请打开你自己的帐户',
  expired: '会话已结束。请登录以继续：在此页上输入的内容会保留。',
  linkFailed: (why) => `该链接未能让你登录。${why}`,
};
