import { quote } from '#base/errors.ts';
import { text } from '#base/words/chinese.ts';
import type { keyReasons } from '../key-reasons.ts';
import { inScim, sameAdvice, type Advice } from '../reason.ts';
import { chinese } from './fragments.ts';
import type { ReasonTexts } from './shape.ts';

const NOT_SIGNED_IN = '你尚未登录。';
const SIGN_IN_AGAIN = '请重新登录。';

export const zhKeyReasons: ReasonTexts<keyof typeof keyReasons> = {
  keyMissing: {
    says: (_, _nameOf, at) => (at === 'portal' ? NOT_SIGNED_IN : '请求没有密钥。'),
    advice: () =>
      credentialAdvice({
        scim: '请以“Authorization: Bearer KEY”发送密钥：在 Entra ID 中，将其输入为“管理员凭据”下的机密令牌。创建密钥：tanhua key create。',
        rest: '请以“Authorization: Bearer KEY”或在 x-api-key 标头中发送：API 密钥（tanhua key create --administrator EMAIL）或登录的令牌。',
      }),
  },
  keyWithoutBearer: {
    says: (_, _nameOf, at) =>
      at === 'portal' ? NOT_SIGNED_IN : 'Authorization 标头不以“Bearer”一词开头，因此未使用其中的密钥。',
    advice: () =>
      credentialAdvice({
        scim: '请发送“Authorization: Bearer KEY”，密钥前有 Bearer 一词和一个空格。',
        rest: '请发送“Authorization: Bearer KEY”，或在 x-api-key 标头中只发送密钥。',
      }),
  },
  keyMalformed: {
    says: (_, _nameOf, at) =>
      at === 'portal' ? NOT_SIGNED_IN : 'Authorization 标头的“Bearer”一词之后必须正好有一个密钥。',
    advice: () =>
      credentialAdvice({
        scim: '请重新复制机密令牌，不要包含空格或换行符。',
        rest: '请重新复制密钥，不要包含空格或换行符。',
      }),
  },
  schemeUnsupported: {
    says: ({ scheme }, _nameOf, at) =>
      at === 'portal'
        ? NOT_SIGNED_IN
        : `Authorization 标头的方案${scheme === undefined ? '' : ` ${quote(scheme)} `}不被目录接受。`,
    advice: () =>
      credentialAdvice({
        scim: '请以“Authorization: Bearer KEY”发送密钥：在客户端中选择身份验证方法 Bearer、HTTP header 或 OAuth，而不是 Basic。',
        rest: '请以“Authorization: Bearer KEY”或在 x-api-key 标头中发送密钥。',
      }),
  },
  keyMistyped: {
    says: (_, _nameOf, at) =>
      at === 'portal' ? NOT_SIGNED_IN : '密钥未知。它被截断或输入有误，或者不是此目录的密钥。',
    advice: () => checkOrReplaceKey('请重新复制'),
  },
  keyOfAnother: {
    says: (_, _nameOf, at) => (at === 'portal' ? NOT_SIGNED_IN : '密钥未知。它具有探花密钥的形式，但不属于此目录。'),
    advice: () => checkOrReplaceKey('请检查 URL'),
  },
  sessionEnded: {
    says: ({ what }) => `${what === 'session' ? '会话' : '访问令牌'}已过期或已结束。`,
    advice: ({ what }) => sameAdvice(what === 'session' ? SIGN_IN_AGAIN : '请从令牌终结点请求新令牌。'),
  },
  keyRevoked: {
    says: ({ at, ...key }) => `${describeKey(key)}已于 ${at} 吊销。`,
    advice: () => replaceKey(),
  },
  keyEnded: {
    says: ({ cause, ...key }) => `${describeKey(key)}已无法使用：${cause}。`,
    advice: () => replaceKey(),
  },
  keyExpired: {
    says: ({ at, isSession, ...key }) => `${isSession ? '会话' : describeKey(key)}已于 ${at} 过期。`,
    advice: ({ isSession }) => (isSession ? sameAdvice(SIGN_IN_AGAIN) : replaceKey()),
  },
  sessionIdle: {
    says: ({ minutes }) => text`会话在${minutes}分钟没有请求之后结束。`,
    advice: () => sameAdvice(SIGN_IN_AGAIN),
  },
  keyOwnerSuspended: {
    says: ({ owner, isSession, ...key }) =>
      isSession ? `管理员 ${owner} 已停用。` : `${describeKey(key)}属于管理员 ${owner}，该管理员已停用。`,
    advice: ({ owner }) => {
      const restore = `解除停用：tanhua admin set ${owner} --suspended off。`;
      return credentialAdvice({
        scim: `请将数据源的密钥作为机密令牌输入（tanhua key create），或${restore}`,
        rest: `请使用其他管理员的密钥，或${restore}`,
      });
    },
  },
  keysForbidden: {
    says: ({ owner, ...key }) => `${describeKey(key)}属于管理员 ${owner}，该管理员已不能拥有 API 密钥。`,
    advice: () =>
      credentialAdvice({
        scim: 'Administrator With Billing 可以重新允许该管理员使用 API 密钥。或将数据源的密钥作为机密令牌输入（tanhua key create）。',
        rest: 'Administrator With Billing 可以重新允许该管理员使用 API 密钥。或使用其他管理员的密钥。',
      }),
  },
  keyUserInactive: {
    says: ({ user, state }, _nameOf, at) =>
      at === 'portal' ? `你的帐户${chinese(state)}。` : `令牌所属的用户 ${quote(user)} ${chinese(state)}。`,
    advice: () => sameAdvice('用户激活后，令牌可以再次使用。', { portal: '请联系管理员激活帐户。' }),
  },
  keyAddress: {
    says: ({ clientIp, ...key }) => `不允许从 ${clientIp} 使用${describeKey(key)}。`,
    advice: () => sameAdvice('管理员可以更改允许使用此密钥的地址。'),
  },
  factorNeeded: {
    says: () => '你的帐户需要双重验证。',
    advice: () =>
      sameAdvice('请先设置身份验证器应用（POST /api/auth/totp）或通行密钥。', {
        scim: '请先在门户中设置身份验证器应用或通行密钥。',
        portal: '请先设置身份验证器应用或通行密钥。',
      }),
  },
  sessionOpensMe: {
    says: () => '在 SCIM 中，会话只能使用 /Me。',
    advice: () =>
      inScim('请使用数据源的密钥进行预配（tanhua key create --integration NAME），并使用 REST API 进行管理。'),
  },
  meNeedsUser: {
    says: () => '只有用户的令牌支持 /Me，而此密钥不属于用户。',
    advice: () => inScim('请创建用户的令牌：tanhua key create --user USERNAME。'),
  },
};

function credentialAdvice({ scim, rest }: { readonly scim: string; readonly rest: string }): Advice {
  return { scim, rest, csv: rest, commandLine: rest, portal: SIGN_IN_AGAIN };
}

function checkOrReplaceKey(first: string): Advice {
  return credentialAdvice({
    scim: `${first}，或创建新密钥并将其作为机密令牌输入：tanhua key create。`,
    rest: `${first}，或创建新密钥：tanhua key create --administrator EMAIL。`,
  });
}

function replaceKey(): Advice {
  return credentialAdvice({
    scim: '请创建新密钥，并将其作为机密令牌输入：tanhua key create。',
    rest: '请创建新密钥：tanhua key create --administrator EMAIL。',
  });
}

function describeKey({ name, prefix }: { readonly name: string | undefined; readonly prefix: string | undefined }) {
  const shown = name === undefined ? '' : ` ${quote(name)}`;
  return `密钥${shown}${prefix === undefined ? (shown === '' ? '' : ' ') : `（前缀 ${prefix}）`}`;
}
