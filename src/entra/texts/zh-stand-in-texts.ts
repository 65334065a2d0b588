import type { InternalKind } from '#base/internal-networks.ts';
import { text } from '#base/words/chinese.ts';
import type { StandInTexts } from './stand-in-texts.ts';

const types: Readonly<Record<string, string>> = { User: '用户', Group: '组', '': '对象' };
const ofType = (type: string) => types[type] ?? type;
const changes: Readonly<Record<string, string>> = { Add: '添加', Update: '更新', Delete: '删除' };

/** The kinds of internal addresses; "of this machine" is a public address of the machine (src/outbound/gateway.ts). */
const internalKinds: Readonly<Record<InternalKind | 'of this machine', string>> = {
  unspecified: '未指定的地址',
  loopback: '环回地址',
  private: '专用地址',
  'link-local': '链路本地地址',
  'unique local': '唯一本地地址',
  'shared (carrier-grade NAT)': '运营商级 NAT 的共享地址',
  multicast: '多播地址',
  broadcast: '广播地址',
  reserved: '保留地址',
  'of a cloud platform': '云平台的地址',
  'for benchmarks': '用于基准测试的地址',
  'for documentation': '用于文档的地址',
  unreadable: '无法识别的地址',
  'of this machine': '本机的地址',
};
/** A stored text can have the kind of another version. */
const ofInternalKind = (kind: string) =>
  Object.hasOwn(internalKinds, kind) ? internalKinds[kind as keyof typeof internalKinds] : kind;

const howToTurnOn = '若要使用它，请设置 TANHUA_ENTRA=on，并在 TANHUA_TARGETS_ALLOWED 中指定它可以发送请求的内部地址。';

/** What the stand-in says in provisioning logs, in Chinese. */
export const zhStandInTexts: StandInTexts = {
  skips: {
    NotEffectivelyEntitled: '不在范围内：未分配、被作用域筛选器排除，或已禁用',
    RedundantExport: '在两个系统中相同，无需更改',
    ImportSkipped: '没有匹配属性的值',
    AddNotEnabled: '在目标中不存在，而目标对象操作“创建”已关闭',
    UpdateNotEnabled: '有差异，而目标对象操作“更新”已关闭',
    DeleteNotEnabled: '应被删除，而目标对象操作“删除”已关闭',
    HardDeletesNotEnabled: '已从源中永久删除，而 HardDeletesEnabled 使其保留在目标中',
    OutOfScopeDeletionSkipped: '已离开范围，而 SkipOutOfScopeDeletions 使其在目标中保持不变',
    NoSoftDelete: '已离开范围，但由于未映射 IsSoftDeleted，无法在目标中禁用',
    NotInScopeBefore: '在离开范围之后从源中删除，因此不在目标中删除',
  },
  recommendations: {
    EntryConflict: '请更改源或目标中已被占用的值，或选择能找到现有对象的匹配属性。',
    InvalidAnchor: '链接的对象在目标中已不存在。请以范围 Full 重启作业：这样会重新匹配所有对象。',
    DuplicateSourceEntries: '请为其中一个对象设置不同的匹配属性值，或选择在源中唯一的匹配属性。',
    DuplicateTargetEntries: '请使匹配属性在目标中唯一，或选择其他匹配属性。',
    MandatoryFieldsMissing: '请在源中为该属性设置值，或为其映射设置默认值。',
    AttributeMappingFailed: '请更正表达式：“tanhua entra expression”会显示其每个部分的值。',
    TooManyDeletes: '请检查将删除哪些对象。然后允许删除，或更正范围并重启作业。',
  },
  failures: {
    invalidAnchor: (type, targetId) => text`之前创建或匹配的${ofType(type)}在目标中已不存在 (${targetId})。`,
    mandatoryMissing: (target) => text`必需属性${target}没有值：其映射没有产生值，也没有默认值。`,
    mapping: (target, message) => text`${target}的映射：${message}`,
    alreadyProvisioned: (type, id, name, sourceId) =>
      `目标中匹配的${ofType(type)} (${id}) 已由另一个源对象“${name}” (${sourceId}) 预配。`,
    severalMatches: (type, attribute, value) => text`目标中有多个${ofType(type)}的${attribute}为 ${value}。`,
    stagedDelete: '已达到意外删除的阈值：必须由管理员允许删除。',
    retried: (reason, times, date) => text`${reason}。此操作已重试${times}次。将在此日期之后再次重试：${date} UTC`,
  },
  wire: {
    exportFailed: (status, body) => text`应用程序以状态${status}拒绝了请求。Web 响应：${body}`,
    notFound:
      '返回了 HTTP/404 Not Found，而不是预期的 HTTP/200 OK。若要解决此问题，请确保租户 URL 正确。租户 URL 的格式通常为 https://<>/scim。如果仍未解决，请联系应用程序开发人员，确保其 SCIM 终结点符合协议 https://tools.ietf.org/html/rfc7644#section-3.4.2',
    withResponse: (message, body) => `${message} Web 响应：${body}`,
    conflict:
      '应用程序以 HTTP 状态代码 409 作出响应：它有另一个用户或组具有必须唯一的值。请更改源或应用程序中的值，或匹配现有的对象。',
    noAnswer: (message) => `应用程序没有响应。${message}`,
    incompatible: (body, what) =>
      `无法反序列化从你的 SCIM 终结点收到的资源，因为你的 SCIM 终结点与 Azure Active Directory SCIM 客户端不完全兼容。从你的 SCIM 终结点收到的资源如下：${body}（${what}）`,
    unrequestedMembers:
      '请求组时使用了 excludedAttributes=members，但应用程序返回了其成员。响应中应有一个条目，却有多个。应用程序必须在此请求的响应中省略成员。',
    severalEntries: (attribute, total) => text`对于${attribute}应有一个条目，但应用程序报告了${total}个。`,
    samePage: (startIndex) => `对于 startIndex=${startIndex}，应用程序返回了与上一页相同的页。`,
    limitedKey:
      '没有发送任何内容：该凭据是此目录的密钥，只有某些地址可以使用 (allowedIps)，而请求将来自此服务器的地址。请输入没有此限制的数据源令牌。',
    secretToken: '机密令牌',
    clientSecret: '客户端密码',
    deletedSecret: (label) =>
      text`没有发送任何内容：更改租户 URL 或令牌终结点时删除了${label}，因为它是为以前的 URL 输入的。请重新输入${label}。`,
    location: (sentence) =>
      `需要受支持的 CredentialLocationInRequest。此参数决定在获取令牌时将客户端凭据放在请求标头还是正文中。${sentence}`,
    noToken: (location, outcome) =>
      `令牌终结点没有返回令牌；凭据是在${location === 'header' ? '标头' : '正文'}中发送的。${outcome}`,
    status: (status, body) => `状态代码：${status} Web 响应：${body}`,
    closed: '客户端已关闭。',
    timeout: (ms) => text`在${ms}毫秒内没有收到完整的响应。`,
    dropped: '连接在正文中间被故意切断。',
    tooLong: (bytes) => text`响应超过${bytes}字节。`,
    noAddress: (host) => text`${host}没有地址。`,
    internal: (subject, kind, address) =>
      text`${subject}是内部地址（${ofInternalKind(kind)}）：没有发送请求。此服务器的操作员可以通过 TANHUA_TARGETS_ALLOWED 允许它，例如 TANHUA_TARGETS_ALLOWED=${address}。`,
    named: (host, address) => `${host} 的地址为 ${address}，它`,
  },
  answers: {
    noList: '它不是 ListResponse：totalResults 不是数字',
    resourcesNoList: 'Resources 不是列表',
    noResources: (total) => `totalResults 为 ${total}，但没有 Resources`,
    emptyBody: '正文为空',
    noJson: '正文不是 JSON',
    noObject: '正文不是 JSON 对象',
    resourceNoObject: '一个资源不是对象',
    noId: '一个资源没有 id',
    notBoolean: (name, value) => text`${name}的值为 ${value}，不是布尔值`,
    attributeNoObject: (name) => text`${name}不是对象`,
    attributeNoList: (name) => text`${name}不是列表`,
    elementNoObject: (name) => text`${name}的一个元素不是对象`,
    primaryOf: (name) => text`${name}的 primary`,
  },
  connection: {
    invalidCredentials: '你输入的凭据似乎无效。请确认你使用的是管理帐户的正确信息。',
    unexpected: (block) => `我们从你的应用程序收到了意外的响应：${block}`,
    withBlock: (message, block) => `${message}\n\n${block}`,
    missingUrl: '缺少租户 URL (BaseAddress)：没有可连接的目标。',
    notSent: '没有发送请求。',
    noResponse: (resource, operation, error) =>
      `Web 资源没有响应。\n   资源：${resource}\n   操作：${operation}\n   错误：${error}`,
    response: (resource, operation, status, headers, content) =>
      `已收到 Web 资源的响应。\n   资源：${resource}\n   操作：${operation}\n   响应状态代码：${status}\n   响应标头：${headers}\n   响应内容：${content}`,
  },
  off: {
    message: (why) => `此服务器上的 Entra ID 模拟环境已关闭：${why}。${howToTurnOn}`,
    localOnly: (problem) => `Entra ID 模拟环境仅对此计算机打开 (TANHUA_ENTRA=auto)，而请求${problem}。${howToTurnOn}`,
    proxied: (header) => `具有标头 ${header}，因此经过了代理`,
    otherHost: (host) => `的 Host 为 ${host}，不是环回地址`,
    setting: 'TANHUA_ENTRA 的值为 off',
    reachable: (why) => `${why}，而 TANHUA_ENTRA=auto 仅在没有其他计算机可以访问服务器时才打开它`,
    host: (host) => `TANHUA_HOST 的值为 ${host}，不是环回地址`,
    publicUrl: '已设置 TANHUA_PUBLIC_URL',
    proxies: '已设置 TANHUA_TRUSTED_PROXIES',
  },
  steps: {
    retrieved: (type, name, system) => text`已从${system}检索${ofType(type)}“${name}”`,
    retrieveFailed: (type, name, system) => text`无法从${system}检索${ofType(type)}“${name}”`,
    received: (type, name, change, system) =>
      text`已从${system}收到${ofType(type)}“${name}”的更改（类型：${changes[change] ?? change}）`,
    scoping: (type) => `通过评估每个作用域筛选器来确定${ofType(type)}是否在范围内`,
    willBeCreated: (type, name, target, source) =>
      text`将在${target}中创建${ofType(type)}“${name}”（${ofType(type)}在${source}中处于活动状态且已分配，但在${target}中找不到匹配的${ofType(type)}）`,
    created: (type, name, target) => text`已在${target}中创建${ofType(type)}“${name}”`,
    updated: (type, name, target) => text`已在${target}中更新${ofType(type)}“${name}”`,
    deleted: (type, name, target) => text`已从${target}中删除${ofType(type)}“${name}”`,
    membersUpdated: (name, target, added, removed) =>
      text`已在${target}中更新组“${name}”的成员：添加${added}个，移除${removed}个`,
    managerUpdated: (name, target) => text`已在${target}中更新用户“${name}”的经理`,
    membersFailed: (name, target) => text`无法在${target}中更新组“${name}”的成员`,
    managerFailed: (name, target) => text`无法在${target}中更新用户“${name}”的经理`,
    createFailed: (type, name, target) => text`无法在${target}中创建${ofType(type)}“${name}”`,
    updateFailed: (type, name, target) => text`无法在${target}中更新${ofType(type)}“${name}”`,
    deleteWaits: (type, name) => `${ofType(type)}“${name}”的删除正在等待：已达到意外删除的阈值`,
    disableWaits: (type, name) => `${ofType(type)}“${name}”的禁用正在等待：已达到意外删除的阈值`,
    skipped: (type, name, why) => text`${ofType(type)}“${name}”${why}。`,
  },
};
