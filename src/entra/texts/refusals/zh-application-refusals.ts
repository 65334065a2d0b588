import { text } from '#base/words/chinese.ts';
import type { Shape } from '#base/words/language.ts';
import { zhExpressionMistakes } from '#base/words/zh-expression-mistakes.ts';
import type { applicationRefusals } from './application-refusals.ts';

const kind = (type: string) => (type === 'User' ? '用户' : '组');

/** Refusals about applications, their mappings, scope, settings and provisioning, in Chinese. */
export const zhApplicationRefusals: Shape<typeof applicationRefusals> = {
  applications: {
    name: (max, length) => text`应用程序的名称必须有 1 到${max}个字符；现有${length}个。`,
    nameTaken: (name) => `租户中已有应用程序 ${name}；请选择其他名称。`,
    scopeNeedsAssigned: (target, source) =>
      `${target} 的映射读取 ${source}，而它仅适用于已分配的用户：请将范围设为“仅同步已分配的用户和组”，或移除该映射。`,
    otherKey: (name) => `${name} 的凭据是用另一个密钥加密的：请将 TANHUA_SECRET_KEY 设为该密钥，或重新输入凭据。`,
    gone: (id) => `没有应用程序 ${id}；它可能已被删除。`,
    unknown: (name) => `租户中没有服务主体 ${name}。`,
    noTemplate: (id, template) =>
      `没有应用程序模板 ${id}：模拟环境没有应用程序库。请使用 ${template}，即用于所有其他应用程序的模板。`,
    noUrl: '缺少租户 URL：请先保存它（PUT synchronization/secrets）。',
    noCredentials: '请发送 credentials，或 useSavedCredentials: true。',
  },
  jobs: {
    unknown: (id) => `没有预配作业 ${id}。`,
    ofApplication: (id) => `应用程序 ${id} 没有同步作业。`,
    notOfApplication: (name, job) => `服务主体 ${name} 没有作业 ${job}。`,
    orphan: (id) => `作业 ${id} 的租户或应用程序已不存在。`,
    noTemplate: (template) => `此应用程序没有模板 ${template}：请使用 "scim"。`,
    present: (name, job) => `${name} 已有作业 ${job}，且该作业已运行过。一个应用程序只能有一个作业。`,
    resetScope: (name, known) => `resetScope 包含 ${name}。它只能包含 ${known}。`,
    duration: (name, value) => `${name} 为 ${value}：必须是持续时间，例如 PT40M。`,
    noLog: (id) => `没有预配日志 ${id}。`,
    stoppingUnanswered: '服务器正在停止，而目标尚未响应：请重试。',
    cycleRunning: (id, seconds) =>
      text`作业 ${id} 的周期正在运行：请等待它结束。如果其进程已崩溃，作业可在${seconds}秒后再次运行。`,
  },
  onDemand: {
    noSubject: '请求必须指定一个对象。',
    type: (name) => `objectTypeName 为 ${name}：必须是 "User" 或 "Group"。`,
    rule: (rule, type, known) => `规则 ${rule} 不映射类型 ${type}。映射该类型的规则：${known}。`,
    tooMany: (max, seconds, wait) =>
      text`按需预配对每个作业在${seconds}秒内最多接受${max}个请求：请在${wait}秒后重试。`,
    busy: '预配周期或另一个按需请求正在处理同一个对象：请稍后重试。',
    tooManyMembers: (count, max) => text`有${count}个成员：一次最多可以按需预配${max}个。`,
    disabled: (type) => `${kind(type)}的映射未启用。`,
    unknown: (type, id) => `租户中没有${kind(type)} ${id}，或它已被删除：无法按需预配。`,
  },
  assignments: {
    role: (role, max) => text`角色为 ${role}；必须有 1 到${max}个字符，且不含空白、引号或反斜杠。`,
    concurrent: (id) => `另一个请求同时分配了 ${id}。请重试。`,
    absent: (id, role) => `${id} 未${role === undefined ? '' : `以角色 ${role} `}分配到该应用程序。`,
    noPrincipal: (type, id) => `租户中没有${kind(type)} ${id}。`,
    deletedPrincipal: (type, id) => `不能分配租户中已删除的${kind(type)} ${id}。`,
    noUserOrGroup: (id) => `租户中没有用户或组 ${id}。`,
    notSecurityEnabled: (id) => `组 ${id} 不是安全组（securityEnabled 为 false），不能分配。`,
    unknownRole: (name) =>
      `在应用程序 ${name} 中找不到要分配的权限：请使用其 appRoles 中的 ID，或在 appRoleValue 中指定新角色。`,
    otherResource: (given, path) => `resourceId 为 ${given}，但路径指定的是 ${path}。`,
    present: '该对象已有要分配的权限。',
    unknown: (id) => `没有分配 ${id}。`,
  },
  settings: {
    invalid: (kind, reason) => `${kind}${reason}。`,
    field: (kind, name) => `${kind} ${name} `,
    kinds: { setting: '设置', credential: '凭据', interval: '预配间隔（毫秒）' },
    notValid: (why) => `无效${why === undefined ? '' : `：${why}`}`,
    otherKind: (key, known) => `键 ${key} 用于其他类型的应用程序。SCIM 应用程序的键有 ${known}。`,
    unknownKey: (key) => `找不到请求的值 '${key}'。`,
    oneOf: (key, value, known) => `${key} 为 ${value}：必须是 ${known.replaceAll(' or ', ' 或 ')}。`,
    notifications: (value) =>
      `SyncNotificationSettings 为 ${value}：必须是 JSON 文本，例如 {"Enabled":true,"Recipients":"it@contoso.example","DeleteThresholdEnabled":true,"DeleteThresholdValue":500}。`,
    tenantUrl: (value, fault) => `租户 URL ${value} ${fault}。其形式为 https://HOST/scim/v2/?aadOptscim062020。`,
    tenantUrlLong: (max) => text`超过${max}个字符`,
    tenantUrlNotHttps: '不是以 https:// 开头的 URL',
    tenantUrlCredentials: '租户 URL 包含用户名或密码；请单独输入凭据。',
    tokenEndpoint: (value) =>
      `令牌终结点（oauth2TokenExchangeUri）为 ${value}，不是以 https:// 开头的 URL。需要用它将 OAuth 2 客户端凭据换成令牌。`,
    tokenEndpointCredentials: '令牌终结点（oauth2TokenExchangeUri）包含用户名或密码：请在单独的字段中输入凭据。',
  },
  scope: {
    unknownOperator: (name, near, known) =>
      `运算符 ${name} 不存在${near === undefined ? `；可用的运算符有 ${known}` : `；可能是指 ${near}`}。`,
    unsupported: (name) => `Entra ID 不支持针对 ${name} 的作用域筛选器。`,
    unknownSource: (name, near) => `源中没有属性 ${name}${near === undefined ? '' : `；可能是指 ${near}`}。`,
    severalValues: (name) => `${name} 有多个值，作用域筛选器不支持。`,
    type: (operator, name, type) => `${operator} 不能用于 ${name}，其类型为 ${type}。`,
    takesNone: (operator) => `${operator} 不带值；请移除它。`,
    needsValue: (operator, name) => `${operator} 需要一个与 ${name} 比较的值。`,
    flag: (name, operator) => `${name} 只能是 True 或 False；${operator} 不能将它与其他值比较。`,
    pattern: (pattern, reason) => `${pattern} 不是正则表达式：${reason(zhExpressionMistakes)}。`,
    patternSlow: (pattern, value) => `正则表达式 ${pattern} 在 ${value} 上耗时过长。`,
    notWhole: (operand) => `${operand} 不是此运算符所要求的整数。`,
  },
};
