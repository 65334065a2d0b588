import { text } from './chinese.ts';
import type { Shape } from './language.ts';
import type { radiusServerMessages } from './radius-server-messages.ts';

/** The messages of refusals about RADIUS servers, in Chinese. */
export const zhRadiusServerMessages: Shape<typeof radiusServerMessages> = {
  unknown: (id) => `没有 RADIUS 服务器 ${id}。`,
  unknownAmong: (name, known) =>
    `没有 RADIUS 服务器 ${name}。${known === '' ? '组织还没有 RADIUS 服务器。' : `现有 ${known}。`}`,
  named: (name) => `RADIUS 服务器 ${name}`,
  clientNamed: (name) => `RADIUS 客户端 ${name}`,
  repliesOf: (name) => `组 ${name} 的回复属性列表`,
  nameTaken: (name) => `组织已有 RADIUS 服务器 ${name}：请选择其他名称。`,
  tooMany: (max) => text`一个组织最多有${max}个 RADIUS 服务器：请先删除一个。`,
  entraMissing: (field) => `缺少 ${field}：此 RADIUS 服务器的用户密码由 Entra ID 检查，因此需要它。`,
  authorityUrl: (url) =>
    `authorityUrl 是 ${url}，不能向它发送密码：请写以 https:// 开头的地址，不带用户、查询或片段，例如 https://login.microsoftonline.com。只有此计算机的地址可以以 http:// 开头。`,
  tenant: (tenant) =>
    `tenant 是 ${tenant}：请写租户的 ID 或其一个域。“common”或“organizations”之类的名称也会接受其他租户的人员。`,
  objectIdAttribute: (path) =>
    `objectIdAttribute 是 ${path}，不是用户的文本属性：请写属性的路径，例如 externalId，或写 null 以在首次登录时绑定对象 ID。`,
  noMethod: 'methods 为空：请写 pap、eapTtlsPap 或两者。',
  network: (network) =>
    `${network} 既不是地址也不是网络：请写为 192.0.2.1、192.0.2.0/24、2001:db8::1 或 2001:db8::/32。`,
  networkTooLarge: (network, min) =>
    text`网络 ${network} 太大：其前缀至少要有${min}位，因为每个地址只属于此安装的一个组织。请写出设备所在的网络。`,
  networkTaken: (network) =>
    `网络 ${network} 已属于一个 RADIUS 客户端：请选择其他网络，或其中较小的网络。该客户端可能属于此安装的其他组织。`,
  unknownClient: (id) => `RADIUS 服务器没有客户端 ${id}。`,
  unknownClientAmong: (name, known) =>
    `RADIUS 服务器没有客户端 ${name}。${known === '' ? '它还没有客户端。' : `现有 ${known}。`}`,
  clientNameTaken: (name) => `RADIUS 服务器已有客户端 ${name}：请选择其他名称。`,
  tooManyClients: (max) => text`一个 RADIUS 服务器最多有${max}个客户端：请先移除一个。`,
  changeAtPast: (at) => `changeAt 是 ${at}，已经过去：请给出将来的时间，或省略它以立即更改机密。`,
  changeAtFar: (at, days) => text`changeAt 是 ${at}：请给出${days}天以内的时间。`,
  unknownGroup: (id) => `没有组 ${id}。`,
  notAssociated: (group, server) => `组 ${group} 不能通过 RADIUS 服务器 ${server} 连接：未更改任何内容。`,
  tooManyGroups: (max) => text`最多${max}个组可以通过一个 RADIUS 服务器连接：请先移除一个。`,
  targets: 'targets 必须是 user_group：只有组可以与 RADIUS 服务器关联。',
  noUser: '缺少 user：请给出用户的 ID。',
  replies: {
    unknown: (name, meant) =>
      `FreeRADIUS 没有属性 ${name}。${meant === undefined ? '请按设备供应商字典中的写法填写名称，例如 Filter-Id 或 Cisco-AVPair。' : `是否指 ${meant}？`}`,
    refused: (name, why) =>
      `${name} 不能是回复属性：${
        {
          engine: 'RADIUS 引擎为每个回答设置它，其他值会破坏或削弱身份验证。',
          credential: '它属于凭据的交换，其他值会破坏身份验证。',
          secret: '它包含机密，所有可以读取组的管理员都能读取它。',
          control: '它控制 FreeRADIUS 本身，任何回答都没有它。',
          container: '它只包含其他属性。请写其中的属性。',
        }[why]
      }`,
    noTag: (name) => `${name} 没有标记：请省略标记。只有 RFC 2868 的隧道属性有标记。`,
    tagRange: (tag) => `标记是 ${tag}：请写 0 到 31 的整数（RFC 2868）。`,
    severalTags: (name) => `${name} 的名称和字段 tag 中都有标记：请只写其中之一。`,
    empty: (name) => `${name} 的值为空。`,
    tooLong: (name, bytes, max) => text`${name} 的值有${bytes}个字节，RADIUS 属性最多容纳${max}个字节：请缩短它。`,
    control: (name) => `${name} 的值有控制字符：请移除它们。`,
    named: (name, value, meant, known) =>
      `${name} 没有值 ${value}。${meant === undefined ? `请写一个数字，或 ${known} 之一。` : `是否指 ${meant}？`}`,
    number: (name, value, max) => `${name} 的值是 ${value}：请写 0 到 ${max} 的整数。`,
    form: (name, value, example) => `${name} 的值是 ${value}，不符合此属性的格式：请写为类似 ${example} 的形式。`,
    tooMany: (count, max) => text`有${count}个回复属性，一个组最多有${max}个：请移除一些。`,
    tooLarge: (bytes, max) => text`回复属性共有${bytes}个字节，一个回答最多容纳${max}个字节：请缩短或移除一些。`,
    vlanId: (vlan) => `VLAN 是 ${vlan}：请写 1 到 4094 的编号，或名称，名称最多 32 个字符且没有控制字符。`,
  },
};
