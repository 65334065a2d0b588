import type { Words } from '../en.ts';
import { text } from '#base/words/chinese.ts';

/** The names of Okta's screens stay: its administration has no Chinese. */
export const setupOfOkta: Words['sources']['setup']['of']['okta'] = {
  chip: '等待第一个请求',
  application: {
    title: '在 Okta 中创建应用程序',
    paths: [
      '打开 Okta Admin Console。',
      'Applications → Browse App Catalog →“SCIM 2.0 Test App (OAuth Bearer Token)”→ Add Integration。如果使用自己的应用程序：General → Provisioning → SCIM；此时 URL 的名称为 SCIM connector base URL，令牌的名称为 HTTP Header。',
      '在新应用程序中：Provisioning → Integration → Configure API Integration → Enable API integration。',
    ],
    need: '你需要 Super Administrator 或 Application Administrator 角色。',
  },
  connect: {
    title: '在 Provisioning → Integration 下输入以下内容，然后选择 Test API Credentials',
    url: 'SCIM 2.0 Base Url',
    token: 'OAuth Bearer Token',
    listening: '正在等待。Okta 会请求一页用户；该请求到达时会显示在这里。',
    succeeded: (at) => text`已于${at}响应一个请求。请在 Okta 中选择 Save。`,
    waiting: '正在等待第一个请求…',
    notPublic: (origin) => `Okta 无法向 ${origin} 发送请求：它需要 https 和公共地址，请用 TANHUA_PUBLIC_URL 设置。`,
    firewall: '防火墙或代理阻止了 Okta 进入。Okta 公布了其各个单元的地址。',
  },
  map: {
    title: '映射属性',
    paths: [
      'Provisioning → To App → Edit：启用 Create Users、Update User Attributes 和 Deactivate Users → Save。',
      '在下方的 Attribute Mappings 下：可以使用默认值。Okta 将登录名作为 userName 发送。',
    ],
  },
  scope: {
    title: '选择 Okta 发送哪些人员',
    paths: ['Assignments → Assign：只发送已分配的人员和组。', 'Push Groups：选择应连同成员一起在此目录中的组。'],
  },
  demand: {
    title: '分配一个人，并观察其到达',
    paths: ['Assignments → Assign → Assign to People → 选择一个人 → Save and Go Back。Okta 会立即发送。'],
  },
  start: {
    title: '分配其他人员',
    paths: [
      'Assignments → Assign → Assign to Groups。',
      'Okta 没有周期：它会在数秒或数分钟内发送每个更改，没有更改时不发送任何内容。它不会删除人员，而是将其设为非活动状态。',
    ],
    seen: (duration) => text`Okta 大约每${duration}发送一次内容。`,
  },
};
