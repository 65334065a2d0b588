import type { Words } from '../en.ts';
import { assignments, credentials, settings, status } from './rehearsal-application.ts';
import { mappings, scope } from './rehearsal-mappings.ts';
import { applications, field, groups, tenant, tenants, users } from './rehearsal-tenant.ts';
import { text } from '#base/words/chinese.ts';

export const rehearsal: Words['rehearsal'] = {
  about:
    'Microsoft Entra ID 的模拟环境：一个包含人员和组的租户，以及一个像 Entra ID 一样预配它们的企业应用程序。这里的任何内容都不会发送到 Microsoft。',
  off: {
    title: 'Entra ID 的模拟环境已关闭',
    how: '启用方法',
    steps: '为服务器设置以下环境变量，然后重新启动服务器。',
    settings: '服务器的设置',
    networks:
      'TANHUA_TARGETS_ALLOWED 列出模拟环境可以向其发送请求的内部地址。127.0.0.0/8 允许它向此服务器预配。公共地址无需列出。',
  },
  unknownTenant: '此租户不存在',
  unknownApplication: '此应用程序不存在',
  unknownHelp: '它已被删除，或者地址有误。',
  toTenants: '显示租户',
  toApplications: '显示企业应用程序',
  picker: {
    group: '组',
    user: {
      placeholder: '名称或地址',
      found: '找到的用户',
      nothing: (search) => `没有名称或地址中有以“${search}”开头的词的用户。`,
    },
    principal: {
      placeholder: '名称或地址',
      found: '找到的用户和组',
      nothing: (search) => `没有名称中有以“${search}”开头的词的用户或组。`,
    },
  },
  tenants,
  tenant,
  users,
  field,
  groups,
  applications,
  credentials,
  assignments,
  mappings,
  scope,
  settings,
  status,
  application: {
    tabsLabel: (application) => text`${application}的预配`,
    below: '企业应用程序',
    tabs: {
      credentials: '管理员凭据',
      mappings: '映射',
      scope: '范围',
      assignments: '用户和组',
      settings: '设置',
      status: '预配',
      'on-demand': '按需预配',
      logs: '预配日志',
      compare: '比较',
      faults: '模拟故障',
      expressions: '表达式生成器',
    },
  },
  job: {
    state: {
      running: '周期正在运行',
      on: '预配已启用',
      off: '预配已关闭',
      quarantine: '已隔离',
      notConfigured: '未配置',
    },
  },
};
