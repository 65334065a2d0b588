import type { Words } from '../en.ts';
import { text } from '#base/words/chinese.ts';

export const setupOfOther: Words['sources']['setup']['of']['other'] = {
  chip: '等待第一个请求',
  application: {
    title: '在数据源中启用 SCIM 2.0 预配',
    paths: [
      '打开将要发送人员的产品的管理页面，以及其中用于此目录的应用程序。',
      '启用预配，并选择使用持有者令牌的 SCIM 2.0。OneLogin：SCIM Provisioner with SAML (SCIM v2)。JumpCloud：Identity Management → SCIM 2.0。PingOne：Provisioning → SCIM Outbound。Google Workspace：Autoprovisioning。',
    ],
    need: '你需要在那里更改应用程序的权限。',
  },
  connect: {
    title: '在数据源中输入以下内容，然后在那里测试连接',
    url: '基 URL',
    token: '持有者令牌',
    listening: '正在等待。第一个请求到达时会显示在这里。',
    succeeded: (at) => text`已于${at}响应一个请求。请在数据源中保存设置。`,
    waiting: '正在等待第一个请求…',
    firewall: '防火墙或代理阻止了数据源进入。',
  },
  map: {
    title: '映射属性',
    paths: [
      '将唯一的名称映射到 userName，将工作地址映射到主电子邮件。',
      '如果数据源发送目录不认识的属性，这些属性会被忽略，并随每个请求列出。',
    ],
  },
  scope: {
    title: '选择数据源发送哪些人员',
    paths: ['分配应在此目录中的人员和组。大多数产品只发送已分配的人员和组。'],
  },
  demand: {
    title: '发送一个人，并观察其到达',
    paths: ['分配一个人，并保存。'],
  },
  start: {
    title: '分配其他人员',
    paths: ['分配应在此目录中的所有人员。大多数产品会在发生更改时发送。'],
    seen: (duration) => text`数据源大约每${duration}发送一次内容。`,
  },
};
