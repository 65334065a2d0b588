import type { Words } from '../en.ts';
import { text } from '#base/words/chinese.ts';

export const sourceKeys: Words['sources']['keys'] = {
  title: '此数据源的密钥',
  help: '密钥是数据源作为持有者令牌发送的内容；在 Entra ID 中称为“机密令牌”。它只能用于此数据源的 SCIM。',
  empty: '此数据源还没有密钥',
  emptyHelp: (source) => text`请创建一个，并在${source}中输入。`,
  expiresHelp: '密钥过期后，预配会停止。过期前 14 天，“主页”会提醒你。',
  secret: '机密令牌',
  rotateHelp: (source) =>
    text`会创建一个新密钥。旧密钥在你选择的时间内仍可使用，以便你在此期间在${source}中输入新密钥。`,
  revokeHelp: (source, others, isEntra) =>
    others === 0
      ? text`这是${source}唯一可用的密钥。预配会立即停止：所有请求都会得到 401${isEntra ? '，并且 Entra ID 会隔离该应用程序' : ''}。`
      : text`使用此密钥的请求会立即得到 401。${source}的另外${others}个密钥仍可使用。`,
};
