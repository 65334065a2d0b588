import { quote } from '#base/errors.ts';
import { text } from '#base/words/chinese.ts';
import { roleInChinese } from '#base/words/zh-role-names.ts';
import type { accessReasons } from '../access-reasons.ts';
import type { filterReasons } from '../filter-reasons.ts';
import { sameAdvice } from '../reason.ts';
import type { requestReasons } from '../request-reasons.ts';
import { chinese } from './fragments.ts';
import { permissionsInChinese } from './permissions.ts';
import { labelInChinese } from './labels.ts';
import type { ReasonTexts } from './shape.ts';

const parts = { path: '路径', query: '查询', body: '正文' } as const;

export const zhAccessReasons: ReasonTexts<keyof typeof accessReasons> = {
  roleInsufficient: {
    says: ({ role, permission, meaning }) => {
      const owner = role === undefined ? '此密钥是数据源的密钥' : `此密钥属于具有角色“${roleInChinese(role)}”的管理员`;
      return permission === 'scim'
        ? `${owner}，不能进行预配。`
        : `${owner}，不能执行此操作：请求需要权限 ${permission}（${permissionsInChinese[permission] ?? meaning}）。`;
    },
    advice: ({ permission, roles }) =>
      sameAdvice(
        `请使用具有以下角色之一的管理员的密钥：${roles.map((name) => `“${roleInChinese(name)}”`).join('、')}${permission === 'scim' ? '，或数据源的密钥（tanhua key create --integration NAME）' : ''}。`,
        { portal: undefined },
      ),
  },
  permissionNotGranted: {
    says: ({ permission, meaning }) =>
      `这需要 ${permission}，它是安装的权限，不包含在任何角色中（${permissionsInChinese[permission] ?? meaning}）。`,
    advice: () =>
      sameAdvice('安装的操作员可以授予此权限：tanhua admin set EMAIL --create-organizations on。', {
        portal: undefined,
      }),
  },
  userTokenForbidden: {
    says: ({ user }) =>
      `令牌属于用户 ${quote(user)}，该用户只能读取 /Me，在那里用 PUT 或 PATCH 更改密码，以及读取 /Schemas、/ResourceTypes 和 /ServiceProviderConfig。`,
    advice: () =>
      sameAdvice('请使用管理员的密钥：tanhua key create --administrator EMAIL。', {
        scim: '请使用数据源的密钥进行预配：tanhua key create --integration NAME。',
        portal: undefined,
      }),
  },
  tokenForScimOnly: {
    says: () => '此密钥是数据源的密钥，只能用于 SCIM。',
    advice: () =>
      sameAdvice('请使用管理员的 API 密钥：tanhua key create --administrator EMAIL。', {
        scim: undefined,
        portal: '请改为登录。',
      }),
  },
};

export const zhFilterReasons: ReasonTexts<keyof typeof filterReasons> = {
  filterValueUnescaped: {
    says: ({ attribute, character, fault }) =>
      text`无法读取筛选器（${fault.replace(/\.$/, '')}）。${attribute}的值中有未转义的${chinese(character)}。`,
    advice: ({ character }) => {
      const escaped = character === 'backslash' ? '\\\\' : '\\"';
      return sameAdvice(text`请在值中将${chinese(character)}写为 ${escaped}。`, {
        scim: text`Entra ID 不转义名称中的${chinese(character)}：请在那里重命名组或用户，或按 objectId → externalId 而不是 displayName 匹配组。其他客户端会将其写为 ${escaped}。`,
        csv: undefined,
        portal: undefined,
      });
    },
  },
};

export const zhRequestReasons: ReasonTexts<keyof typeof requestReasons> = {
  fieldsInvalid: {
    says: ({ where, fields, faults }, _nameOf, at) =>
      at === 'portal'
        ? fields.map((field, index) => text`${labelInChinese(field)}${faultAt(faults, index)}。`).join('')
        : `请求的${parts[where]}无效：${fields.map((field, index) => `${field}：${faultAt(faults, index)}`).join('；')}。`,
    advice: () => sameAdvice('', { scim: undefined, commandLine: undefined }),
  },
  pageOfAnotherSite: {
    says: ({ site, url }, _nameOf, at) =>
      at === 'portal' ? '此页不是在门户的地址打开的。' : `请求来自 ${quote(site)}，但此服务器的页面位于 ${url}。`,
    advice: ({ url, isConfigured }) =>
      sameAdvice(
        isConfigured
          ? '请从这些页面发送，或使用密钥代替 Cookie。'
          : '如果用户在其他 URL 打开此服务器，请将 TANHUA_PUBLIC_URL 设为该 URL。',
        { commandLine: undefined, portal: `请改为打开 ${url}。` },
      ),
  },
};

function faultAt(faults: readonly string[], index: number): string {
  return chinese(faults[index] ?? 'is not valid');
}
