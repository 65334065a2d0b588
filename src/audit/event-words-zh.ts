import { text } from '#base/words/chinese.ts';
import type { Actor, EventType } from './event-types.ts';
import type { EventWords } from './word-shapes.ts';

/** What an actor did. `{}` is replaced by the name of what the event is about; a text without it says what happened. */
const deeds: Readonly<Record<EventType, string>> = {
  user_create: '创建了{}',
  user_update: '更改了{}',
  user_activated: '激活了{}',
  user_password_set: '设置了{}的首个密码',
  user_password_change: '更改了{}的密码',
  user_password_reset_request: '向{}发送了包含新密码设置链接的邮件（已排队）',
  user_password_expired: '将{}的密码标记为已过期',
  user_password_warning_email: '向{}发送了密码即将过期的邮件（已排队）',
  user_activation_email: '向{}发送了激活或欢迎邮件（已排队）',
  user_lockout: '锁定了{}',
  user_unlocked: '解锁了{}',
  user_mfa_reset: '移除了{}的双重验证',
  totp_start_enrollment: '开始为{}设置身份验证器应用',
  totp_finish_enrollment: '为{}设置了身份验证器应用',
  totp_delete_enrollment: '移除了{}的身份验证器应用',
  user_recovery_codes_create: '为{}创建了新的恢复代码',
  user_recovery_code_used: '使用了{}的恢复代码代替应用',
  passkey_create: '为{}添加了通行密钥',
  passkey_update: '重命名了{}的通行密钥',
  passkey_delete: '移除了{}的通行密钥',
  sshkey_create: '为{}添加了 SSH 密钥',
  sshkey_delete: '移除了{}的 SSH 密钥',
  user_activation_schedule_create: '计划了{}的激活',
  user_activation_schedule_delete: '取消了{}的激活计划',
  user_suspension_schedule_create: '计划了{}的停用',
  user_suspension_schedule_delete: '取消了{}的停用计划',
  user_suspended: '停用了{}',
  user_unsuspended: '解除了{}的停用',
  user_adopt: '认领了{}',
  user_adoption_confirm: '确认了{}的管理方',
  user_delete: '删除了{}',
  user_restore: '还原了{}',
  user_purge: '永久移除了{}',
  user_login_attempt: '用户登录，或尝试登录失败',
  radius_auth_attempt: '用户通过 RADIUS 连接，或尝试连接失败',
  group_create: '创建了组{}',
  group_update: '更改了组{}',
  group_adopt: '认领了组{}',
  group_delete: '删除了组{}',
  group_purge: '永久移除了组{}',
  admin_create: '创建了管理员{}',
  admin_update: '更改了管理员{}',
  admin_delete: '移除了管理员{}',
  admin_suspended: '停用了管理员{}',
  admin_unsuspend: '解除了管理员{}的停用',
  admin_lockout: '锁定了管理员{}',
  admin_login_attempt: '管理员登录，或尝试登录失败',
  admin_password_reset_request: '向管理员{}发送了包含新密码设置链接的邮件（已排队）',
  admin_password_change: '更改了管理员{}的密码',
  admin_totp_start_enrollment: '管理员开始设置身份验证器应用',
  admin_totp_finish_enrollment: '管理员设置了身份验证器应用',
  admin_totp_disable: '移除了管理员的身份验证器应用',
  admin_recovery_codes_create: '管理员创建了新的恢复代码',
  admin_recovery_code_used: '管理员使用恢复代码代替应用登录',
  admin_passkey_create: '管理员添加了通行密钥',
  admin_passkey_update: '管理员重命名了通行密钥',
  admin_passkey_delete: '管理员移除了通行密钥',
  session_revoke: '会话已吊销',
  api_key_create: '创建了密钥{}',
  api_key_update: '更改了密钥{}',
  api_key_revoke: '吊销了密钥{}',
  api_key_expiry_notice: '已将密钥即将过期的邮件排队',
  integration_create: '创建了数据源{}',
  integration_update: '更改了数据源{}',
  role_create: '创建了角色{}',
  role_update: '更改了角色{}',
  role_delete: '移除了角色{}',
  radiusserver_create: '创建了 RADIUS 服务器{}',
  radiusserver_update: '更改了 RADIUS 服务器{}',
  radiusserver_delete: '删除了 RADIUS 服务器{}',
  radius_client_create: '创建了 RADIUS 客户端{}',
  radius_client_update: '更改了 RADIUS 客户端{}',
  radius_client_secret_rotate: '为 RADIUS 客户端{}设置了新的共享机密',
  radius_client_delete: '移除了 RADIUS 客户端{}',
  schema_create: '添加了架构{}',
  schema_update: '更改了架构{}',
  schema_delete: '移除了架构{}',
  organization_create: '创建了组织{}',
  organization_update: '更改了{}的设置',
  default_rules_update: '更改了{}的新数据源的初始规则',
  organization_move: '组织已移动到另一个数据库',
  mail_template_update: '组织的邮件模板已更改',
  mail_test: '管理员向自己的地址发送了测试邮件',
  mail_resend: '发件箱中的邮件已重新排队',
  mail_delivered: '邮件服务器接受了邮件',
  mail_delayed: '邮件服务器没有接受邮件，或没有响应',
  mail_failed: '邮件发送失败',
  mail_cancelled: '等待中的邮件已取消',
  mail_skipped: '没有创建邮件，因为没有能接收邮件的收件人',
  mail_link_show: '读取了发件箱中未送达邮件的链接',
  csv_import: '从 CSV 文件导入了用户',
  csv_export: '将用户导出为 CSV',
  bulk_job: '启动了更改多个用户的作业',
  entra_tenant_create: '创建了 Entra ID 模拟环境的租户',
  entra_tenant_change: '更改了租户的用户和组',
  entra_tenant_import: '将用户和组导入了租户',
  entra_tenant_update: '租户登录的模拟故障已更改',
  entra_tenant_fill: '在租户中生成了用户和组',
  entra_tenant_delete: '移除了租户及其用户、组、应用程序和日志',
  entra_user_create: '创建了租户的用户',
  entra_user_update: '更改了租户的用户',
  entra_user_delete: '删除了租户的用户',
  entra_user_restore: '还原了租户的用户',
  entra_user_purge: '永久移除了租户的用户',
  entra_group_create: '创建了租户的组',
  entra_group_update: '更改了租户的组的属性或成员',
  entra_group_delete: '移除了租户的组',
  application_create: '创建了企业应用程序',
  application_update: '更改了企业应用程序的名称或设置',
  application_delete: '移除了企业应用程序及其预配作业的状态',
  application_assignment_create: '将用户或组分配到应用程序',
  application_assignment_delete: '移除了应用程序的分配',
  provisioning_credentials_update: '保存了应用程序连接其目标的凭据',
  provisioning_mapping_update: '更改了作业的属性映射或作用域筛选器',
  provisioning_job_create: '创建了预配作业',
  provisioning_job_update: '更改了预配作业的计划或设置',
  provisioning_job_delete: '移除了预配作业及其链接和日志',
  provisioning_start: '启动了预配作业',
  provisioning_pause: '暂停了预配作业',
  provisioning_restart: '重新启动了预配作业',
  provisioning_cycle_start: '按请求启动了预配作业的单个周期',
  provisioning_on_demand: '按需预配了单个对象',
  provisioning_deletes_allowed: '允许了因删除阈值而保留的删除',
  request_refused: '拒绝了请求',
  sign_in_refused: '拒绝了使用无效密钥的请求',
};

const attempts = { create: '创建', change: '更改', delete: '删除', read: '读取' } as const;
const lists: Readonly<Record<string, string>> = { users: '用户', groups: '组', all: '用户和组' };
/** What an actor or a target is, for one without a name. */
const targets: Readonly<Record<string, string>> = {
  user: '用户',
  group: '组',
  admin: '管理员',
  api_key: '密钥',
  integration: '数据源',
  role: '角色',
  schema: '架构',
  organization: '组织',
  mail: '邮件',
  session: '会话',
  job: '作业',
  radius_server: 'RADIUS 服务器',
  radius_client: 'RADIUS 客户端',
};

export const zhEventWords: EventWords = {
  actor: ({ type, name }: Actor) => {
    switch (type) {
      case 'administrator':
        return text`管理员${name}`;
      case 'user':
        return text`用户${name}`;
      case 'command_line':
        return '命令行';
      case 'system':
        return '目录';
      case 'integration':
        return name;
    }
  },
  deed: (type, actor, name) => {
    const deed = Object.hasOwn(deeds, type) ? deeds[type as EventType] : undefined;
    if (deed === undefined) return `${name}：${type}`;
    const [before = '', after] = deed.split('{}');
    return after === undefined ? `${name}：${deed}。` : text`${actor}${before}${name}${after}。`;
  },
  onlyIgnored: (actor, name, count) =>
    count > 1
      ? text`${actor}在${count}个请求中只发送了目录会忽略的${name}的属性。`
      : text`${actor}只发送了目录会忽略的${name}的属性。`,
  signedIn: (name) => text`${name}已登录。`,
  signInRefused: (name, code) => text`${name}尝试登录，但被拒绝（${code}）。`,
  connected: (name, client) => text`${name}已在 ${client} 连接到网络。`,
  notConnected: (name, client, why, count) =>
    count > 1
      ? text`在 ${client} 连接到网络的${count}次尝试失败；其中至少一次使用名称${name}。${why}`
      : text`${name}没有在 ${client} 连接到网络。${why}`,
  added: (actor, name, group) => text`${actor}将${name}添加到组${group}。`,
  removed: (actor, name, group) => text`${actor}将${name}从组${group}中移除。`,
  refusedCredential: (sender, code) => text`目录拒绝了${sender}的请求（${code}）。`,
  refusedSeveral: (count, sender, code, name) =>
    text`目录拒绝了${sender}的${count}个请求（${code}）；其中至少一个涉及${name}。`,
  refusedBulk: (sender, code, operation) =>
    operation === undefined
      ? text`目录拒绝了${sender}的批量请求（${code}）。`
      : text`目录拒绝了${sender}的批量请求中的第${operation}个操作（${code}）。`,
  refusedList: (what, sender, code) => text`目录拒绝为${sender}列出${lists[what] ?? what}（${code}）。`,
  refused: (attempt, name, isGroup, sender, code) =>
    text`目录拒绝为${sender}${attempts[attempt]}${isGroup ? '组' : ''}${name}（${code}）。`,
  client: '客户端',
  unchanged: (sender, name) => text`${sender}发送了${name}已有的值：未更改任何内容。`,
  unnamed: (type) => (Object.hasOwn(targets, type) ? (targets[type] ?? type) : type),
  type: (type) => {
    const deed = Object.hasOwn(deeds, type) ? deeds[type as EventType] : undefined;
    return (deed ?? type).replace('{}', '…');
  },
};
