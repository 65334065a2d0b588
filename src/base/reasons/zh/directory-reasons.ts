import { quote } from '#base/errors.ts';
import { text } from '#base/words/chinese.ts';
import { adoptCommand, IDS_SHOWN_MAX, type directoryReasons } from '../directory-reasons.ts';
import { inScim, sameAdvice } from '../reason.ts';
import { ruleCommand } from '../user-reasons.ts';
import { labelInChinese } from './labels.ts';
import { ASK_ADMINISTRATOR_ZH, type ReasonTexts } from './shape.ts';

const kinds = { user: '用户', group: '组' } as const;
const refusedChanges = { password: '设置密码', address: '更改地址' } as const;
const unconfirmedBecause = {
  password: '此数据源没有创建该用户',
  address: '此数据源没有创建该用户，而该用户有密码、双重验证、通行密钥或管理员的地址',
} as const;

export const zhDirectoryReasons: ReasonTexts<keyof typeof directoryReasons> = {
  memberUnknown: {
    says: ({ ids, count }) => {
      const shown = ids.slice(0, IDS_SHOWN_MAX).map(quote).join('、');
      const more = count > IDS_SHOWN_MAX ? text`以及另外${count - IDS_SHOWN_MAX}个` : '';
      return `members 引用了这里不存在的用户或组：${shown}${more}。`;
    },
    advice: ({ integration }) =>
      sameAdvice('请添加目录中已有的用户或组的 ID。', {
        scim: `请先预配该成员；Entra ID 使用本目录在创建成员时返回的 ID 来添加成员。或让本目录在此类成员出现后立即添加：${ruleCommand(integration, 'unknownMembers', 'defer')}。`,
        portal: undefined,
      }),
  },
  memberCycle: {
    says: ({ id, isItself }) =>
      isItself
        ? `组 ${quote(id)} 不能是自己的成员。`
        : `组 ${quote(id)} 已直接或通过其他组包含此组：将其作为成员会构成循环。`,
    advice: ({ id }) => sameAdvice(`请从成员中移除 ${quote(id)}。`, { csv: undefined, portal: undefined }),
  },
  ownedElsewhere: {
    says: ({ kind, name, id, owner, integration, adopt }) =>
      `${kinds[kind]} ${quote(name)}（ID ${id}）${owner === undefined ? '是手动创建的' : `由数据源 ${quote(owner)} 管理`}。数据源 ${quote(integration)} 不能进行此更改，因为其规则 adopt 为 ${quote(adopt)}。`,
    advice: ({ kind, name, integration, owner }) =>
      inScim(
        `如需让此数据源认领该${kinds[kind]}，管理员可运行：${adoptCommand(kind, name, integration)}。如需允许认领所有其他对象：${ruleCommand(integration, 'adopt', owner === undefined ? 'unmanaged' : 'any')}。如果此数据源不应管理该${kinds[kind]}，请用作用域筛选器将其排除。`,
      ),
  },
  adoptionUnconfirmed: {
    says: ({ id, userName, integration, change }) =>
      `在管理员确认用户 ${quote(userName)}（ID ${id}）由数据源 ${quote(integration)} 管理之前，此数据源不能为该用户${refusedChanges[change]}，因为${unconfirmedBecause[change]}。`,
    advice: ({ id, userName, integration }) =>
      inScim(
        `确认方法：${adoptCommand('user', userName, integration)}，或 POST /api/systemusers/${id}/adopt。Entra ID 会在之后的一个周期中重复此请求。`,
      ),
  },
  resourceUnknown: {
    says: ({ kind, id }) => `没有 ID 为 ${quote(id)} 的${kinds[kind]}。它可能已被删除。`,
    advice: ({ kind }) =>
      sameAdvice(`请列出${kinds[kind]}以查找其 ID。`, {
        scim: `如果该 ID 由 Entra ID 发送，请在那里清除链接并重新启动预配，之后该${kinds[kind]}会重新匹配或创建。`,
        rest: `请列出${kinds[kind]}以查找其 ID：GET ${kind === 'user' ? '/api/systemusers' : '/api/v2/usergroups'}。`,
        portal: ASK_ADMINISTRATOR_ZH,
      }),
  },
  fieldOwned: {
    says: ({ field, name, owner }, _nameOf, at) =>
      at === 'portal'
        ? text`${labelInChinese(field)}来自你的组织，不能在这里更改。`
        : text`${quote(name)} 的${field}由数据源 ${quote(owner)} 管理，请在那里维护。`,
    advice: ({ kind, field }) =>
      sameAdvice(
        text`如需在这里更改，请先接管此字段：在 PUT 请求中，不要将${field}列入 restrictedFields${kind === 'group' ? '；或创建另一个组' : ''}。`,
        { scim: undefined, csv: undefined, commandLine: undefined, portal: '请联系管理员进行更正。' },
      ),
  },
  passwordManaged: {
    says: ({ name, owner }, _nameOf, at) =>
      at === 'portal'
        ? '你的密码来自你的组织，不能在这里更改。'
        : `${quote(name)} 的密码由数据源 ${quote(owner)} 管理，请在那里维护。`,
    advice: () =>
      sameAdvice('如需在这里更改，请先接管密码：用 PUT 将 externally_managed 设为 false。', {
        scim: undefined,
        csv: undefined,
        commandLine: undefined,
        portal: '请在工作登录的地方更改，或联系管理员。',
      }),
  },
};
