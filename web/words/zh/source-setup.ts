import type { Words } from '../en.ts';
import { setupOfEntra } from './source-setup-entra.ts';
import { setupOfOkta } from './source-setup-okta.ts';
import { setupOfOther } from './source-setup-other.ts';
import { text } from '#base/words/chinese.ts';

export const sourceSetup: Words['sources']['setup'] = {
  label: (source) => text`${source}的接入步骤`,
  done: '已完成',
  now: '当前步骤',
  later: '稍后',
  stepLabel: (step, state) => text`步骤${step}，${state}`,
  finished: (source) => text`${source}已连接，并在发送人员。`,
  product: '步骤适用于',
  products: { entra: 'Entra ID', okta: 'Okta', other: '其他产品' },
  chip: { cycle: '等待更多人员', person: '等待第一个人员' },
  of: { entra: setupOfEntra, okta: setupOfOkta, other: setupOfOther },
  createToken: '创建令牌…',
  newToken: '再创建一个…',
  hidden: (prefix) => `${prefix}••••••••••••••••`,
  noToken: '尚无令牌',
  cannotListen: '你的角色不能读取请求，因此请求不会显示在这里。',
  answered: (status) => `响应 ${status}`,
  groupsOff: '规则“组”已关闭，因此对组的请求会得到空列表。测试仍会成功。',
  problems: {
    keyExpired: (source, token) => text`${source}中的${token}已过期。请另建一个，并在${source}中输入。`,
    keyRevoked: (source, token) => text`${source}中的${token}已吊销。请另建一个，并在${source}中输入。`,
    keyAddress: (source, token) => text`不允许从${source}的地址使用此${token}。请在“密钥”下更改其允许的地址。`,
    roleForbidden: () => '此密钥属于不能进行预配的角色。请改为在这里创建令牌。',
    unknownToken: (_source, token) =>
      text`收到一个请求，但服务器不认识其中的${token}。请重新复制${token}，或另建一个。`,
    withoutToken: (_source, token) => text`收到一个请求，但其中没有格式正确的${token}。`,
    path: (_source, _token, url) => text`路径有误。请准确复制上面的${url}，直到结尾。`,
    other: (source) => text`${source}被拒绝。请打开请求以查看原因。`,
  },
  sentFrom: (requests, address) => text`来自 ${address} 的${requests}个请求。`,
  openRequest: '打开请求',
  blocked: '一分钟内没有收到任何内容。可能的原因：',
  blockers: {
    private: (host, source) =>
      text`${host}是只有本机或本网络能够访问的地址。${source}需要公共的 https 地址：请设置 TANHUA_PUBLIC_URL。`,
    token: (token) => text`服务器无法将此${token}对应到本组织。请在上面另建一个。`,
    http: (source) => text`URL 以 http 开头。${source}需要 https、公共证书颁发机构的证书，以及 TLS 1.2 或更高版本。`,
    url: (source) => text`${source}中是另一个 URL。请准确复制上面的 URL。`,
  },
  fits: {
    strict: (source) => text`此数据源的规则不接受以地址作为用户名。${source}通常发送地址。`,
    any: '此数据源的规则接受以地址作为用户名。',
    change: '接受以地址作为用户名…',
  },
  attributes: '显示每个属性对应的内容',
  arrived: (people) => text`已收到${people}人。`,
  listeningPerson: '正在等待。此人会显示在这里。',
  open: (name) => text`打开${name}`,
  why: '查看原因和修复方法',
  watch: '查看请求',
};
