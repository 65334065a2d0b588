import { quote } from '#base/errors.ts';
import { text } from '#base/words/chinese.ts';
import { inScim, sameAdvice } from '../reason.ts';
import { acceptedNameLike, entraExpressionFor } from '../user-name-advice.ts';
import { PRIMARY_EMAIL, ruleCommand, type userReasons } from '../user-reasons.ts';
import { ASK_ADMINISTRATOR_ZH, type ReasonTexts } from './shape.ts';

const whats = { Users: '用户', Groups: '组' } as const;
const operations = { create: '创建', update: '更改', delete: '删除' } as const;
const NAME_RULE = '用户名以 A 到 Z 的字母开头，只包含字母、数字、“.”、“_”和“-”。';

export const zhUserReasons: ReasonTexts<keyof typeof userReasons> = {
  userNameIsAddress: {
    says: ({ value, integration }, nameOf) =>
      text`${nameOf('userName')} ${quote(value)} 是电子邮件地址，${integration === undefined ? '不能作为用户名' : '此数据源的规则不接受它作为 userName'}。`,
    advice: ({ value, integration }) =>
      sameAdvice(`请发送不含“@”的用户名，例如 ${quote(acceptedNameLike(value))}。`, {
        scim: `${mapUserName(value.includes('#EXT#') ? value.slice(0, value.indexOf('@')) : '')}，${orAnyUserName(integration)}`,
        portal: ASK_ADMINISTRATOR_ZH,
      }),
  },
  userNameCharacters: {
    says: ({ value }, nameOf) => text`${nameOf('userName')} ${quote(value)} ${faultOf(value)}。`,
    advice: ({ value, integration }) =>
      sameAdvice(`${NAME_RULE}请发送例如 ${quote(acceptedNameLike(value))} 的用户名。`, {
        scim: `${NAME_RULE}${mapUserName(value)}，${orAnyUserName(integration)}`,
        portal: ASK_ADMINISTRATOR_ZH,
      }),
  },
  emailMissing: {
    says: (_, nameOf) => text`缺少 ${nameOf(PRIMARY_EMAIL)}：这里的每个用户都需要主电子邮件。`,
    advice: ({ integration }) =>
      sameAdvice('请发送地址，例如 ann@contoso.example。', {
        scim: `请在 Entra ID 中将 userPrincipalName 映射到 ${PRIMARY_EMAIL}，因为没有邮箱的用户的“mail”为空；或将电子邮件设为可选：${ruleCommand(integration, 'email', 'optional')}。`,
        csv: '请填写列 email。',
        portal: ASK_ADMINISTRATOR_ZH,
      }),
  },
  emailMalformed: {
    says: ({ value }, nameOf) => `${nameOf(PRIMARY_EMAIL)} ${quote(value)} 不是电子邮件地址。`,
    advice: ({ integration }) =>
      sameAdvice('请发送地址，例如 ann@contoso.example。', {
        scim: `请在 Entra ID 中将包含电子邮件地址的属性（例如 userPrincipalName）映射到 ${PRIMARY_EMAIL}；或接受任何文本：${ruleCommand(integration, 'emailFormat', 'off')}。`,
        portal: '请输入地址，例如 ann@contoso.example。',
      }),
  },
  inactiveOnCreate: {
    says: ({ userName }) =>
      `用户 ${quote(userName)} 的 active 为 false：此用户在源中处于非活动状态，而此数据源的规则不创建非活动用户。`,
    advice: ({ integration }) =>
      inScim(
        `请在 Entra ID 中启用此用户，或将非活动用户创建为已停用的用户：${ruleCommand(integration, 'inactiveOnCreate', 'suspend')}。`,
      ),
  },
  operationOff: {
    says: ({ what, operation }) =>
      text`此数据源不能${operations[operation]}${whats[what]}：其规则“${operation}”已关闭。`,
    advice: ({ operation, integration }) =>
      inScim(
        `请允许此操作（${ruleCommand(integration, operation, 'on')}），或在 Entra ID 的“目标对象操作”下清除此操作。`,
      ),
  },
  groupsOff: {
    says: () => '此数据源的组已关闭。',
    advice: ({ integration }) =>
      inScim(`请将其打开（${ruleCommand(integration, 'groups', 'on')}），或在 Entra ID 的组映射中将“已启用”设为“否”。`),
  },
};

function faultOf(value: string): string {
  if (value === '') return '为空';
  if (value.includes('#EXT#')) return '包含表示来宾帐户的“#EXT#”';
  const other = Array.from(value).find((character) => !/[A-Za-z0-9._-]/.test(character));
  return other === undefined ? '不以字母开头' : `包含字符 ${quote(other)}`;
}

function mapUserName(value: string): string {
  const expression = entraExpressionFor(value === '' ? 'a' : value);
  if (expression === undefined) return '请在 Entra ID 中为此用户设置包含拉丁字母的 mailNickname';
  const source = expression === '[mailNickname]' ? 'mailNickname' : `表达式 ${expression}`;
  return text`请在 Entra ID 中将${source}映射到 userName`;
}

function orAnyUserName(integration: string | undefined): string {
  return `或接受任何 userName：${ruleCommand(integration, 'userName', 'any')}。`;
}
