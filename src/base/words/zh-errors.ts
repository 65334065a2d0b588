import type { ErrorCode } from '../error-table.ts';

interface ErrorWords {
  readonly title: string;
  readonly remedy: string;
}

/** The titles and the remedies of the error table in Chinese. */
export const zhErrors: Readonly<Record<ErrorCode, ErrorWords>> = {
  invalidJson: { title: '正文不是有效的 JSON', remedy: '请发送 JSON 对象；详细信息指明了第一处错误的位置。' },
  invalidBody: { title: '正文不符合此操作要求的形式', remedy: '请将正文与 RFC 7644 以及属性参考进行比较。' },
  bodyTooLarge: { title: '正文超过大小限制', remedy: '请拆分请求，例如拆分为多个成员较少的 PATCH 请求。' },
  bodyTooDeep: { title: '正文的嵌套层数超过限制', remedy: 'SCIM 资源不需要这样的嵌套：请检查发送正文的客户端。' },
  forbiddenKey: {
    title: '正文包含任何 SCIM 属性都不能使用的键',
    remedy: '请移除键 __proto__、constructor 和 prototype。',
  },
  duplicateKey: {
    title: '正文中的一个对象两次包含同一个键',
    remedy: '每个属性只发送一次；仅大小写不同的名称是同一个属性（RFC 7643 §2.1）。',
  },
  unsafeNumber: {
    title: '正文中的一个数字无法精确存储',
    remedy: '请将员工编号、标识符等较长的数字作为带引号的字符串发送。',
  },
  unsupportedMediaType: {
    title: '不支持正文的媒体类型',
    remedy: '请发送 application/scim+json 或 application/json。',
  },
  invalidQuery: {
    title: '查询参数的值无法使用',
    remedy: '请将 startIndex 和 count 作为整数发送，每个参数只发送一次。',
  },
  invalidSort: {
    title: '无法按 sortBy 和 sortOrder 的值对列表排序',
    remedy: '请在 sortBy 中指定 /Schemas 的一个属性，并将 sortOrder 设为 ascending 或 descending。',
  },
  invalidCount: {
    title: 'count 的值无法使用',
    remedy: '请发送整数；使用游标时，应在 1 和 /ServiceProviderConfig 的 maxPageSize 之间（RFC 9865 §2.1）。',
  },
  invalidCursor: {
    title: '此游标不是为此查询签发的',
    remedy:
      '第一页请发送空游标，之后在其他参数不变的情况下发送 nextCursor（RFC 9865 §2）；在 GET /api/people 中发送 next。',
  },
  expiredCursor: {
    title: '此游标已过期',
    remedy: '请从空游标重新开始，并在 /ServiceProviderConfig 的 cursorTimeout 之内请求下一页。',
  },
  filterSyntax: {
    title: '无法解析筛选器',
    remedy: '请更正详细信息所指位置的筛选器（RFC 7644 §3.4.2.2）。',
  },
  filterTooComplex: {
    title: '筛选器的长度、深度或条件数超过限制',
    remedy: '请缩短筛选器，或将其拆分为多个请求。',
  },
  filterUnknownAttribute: {
    title: '筛选器中的属性在这里不存在',
    remedy: '请使用 /Schemas 的属性；在 Entra ID 中，请更改映射的匹配属性。',
  },
  filterOperator: {
    title: '运算符或值不适合属性的类型',
    remedy: '字符串应与字符串比较，布尔值只能用 eq 或 ne 比较；复杂属性请指定子属性。',
  },
  invalidPath: {
    title: 'PATCH 操作的路径无效',
    remedy: '请将映射的目标属性更正为 /Schemas 的属性（RFC 7644 §3.5.2）。',
  },
  noTarget: { title: 'PATCH 操作的路径没有匹配项', remedy: '请先添加该值，或从路径中移除筛选器。' },
  tooManyOperations: { title: 'PATCH 请求的操作数超过限制', remedy: '请将其拆分为多个请求。' },
  bulkTooLarge: {
    title: '批量请求的操作数超过限制',
    remedy: '请将其拆分为多个请求：/ServiceProviderConfig 的 maxOperations 是上限。',
  },
  bulkReference: {
    title: '批量请求中的一个操作引用了未成功的操作',
    remedy: '请更正详细信息所指的操作，并重新发送这两个操作。',
  },
  mutability: { title: '客户端不能更改此属性', remedy: '请从映射中移除此属性：它由目录设置。' },
  required: {
    title: '必需的属性缺失或为空',
    remedy: '请映射一个始终有值的源属性，或为映射设置默认值。',
  },
  invalidType: { title: '值的 JSON 类型错误', remedy: '请发送 /Schemas 为此属性指定的类型。' },
  invalidValue: { title: '属性不允许此值', remedy: '请更正源中的值，或映射的表达式。' },
  valueTooLong: {
    title: '值超过长度限制',
    remedy: '请缩短源中的值，例如在映射中使用 Left() 或 Mid()。',
  },
  tooManyValues: { title: '多值属性的值的个数超过限制', remedy: '请减少发送的值。' },
  severalPrimary: {
    title: '多个值被标记为主要值',
    remedy: '最多只能将一个值标记为主要值（RFC 7643 §2.4）。',
  },
  unknownAttribute: {
    title: '请求包含不支持的属性，而数据源的规则拒绝不支持的属性',
    remedy: '请移除此属性的映射，或将规则 unknownAttributes 设为“ignore”。',
  },
  unknownPath: {
    title: 'PATCH 操作的路径指向不支持的属性，而数据源的规则拒绝不支持的属性',
    remedy: '请将映射的目标属性更正为 /Schemas 的属性，或将规则 unknownAttributes 设为“ignore”。',
  },
  userNameNotAllowed: {
    title: 'userName 不符合数据源的规则',
    remedy: '请将 mailNickname 映射到 userName，或将规则 userName 设为“any”。',
  },
  emailRequired: {
    title: '缺少主电子邮件',
    remedy: '请将 userPrincipalName 映射到 emails[type eq "work"].value，或将规则 email 设为“optional”。',
  },
  emailInvalid: {
    title: '主电子邮件不是电子邮件地址',
    remedy: '请映射一个包含地址的属性，例如 userPrincipalName 或 mail。',
  },
  inactiveOnCreate: {
    title: '用户在源中处于非活动状态，而非活动用户不会被创建',
    remedy: '请在源中启用该用户，或将规则 inactiveOnCreate 设为“suspend”。',
  },
  passwordPolicy: {
    title: '密码不符合组织的策略',
    remedy: '请选择其他密码，或使用 tanhua organization set 更改详细信息所指的设置。',
  },
  operationOff: {
    title: '数据源不允许此操作',
    remedy: '请将详细信息所指的规则设为“on”，或在 Entra ID 的“目标对象操作”下清除此操作。',
  },
  ownedElsewhere: {
    title: '用户或组不由此数据源管理',
    remedy:
      '请让数据源认领该用户或组（tanhua user adopt、tanhua group adopt），更改规则 adopt，或用作用域筛选器排除该用户或组。',
  },
  adoptionUnconfirmed: {
    title: '管理员尚未确认该用户由此数据源管理',
    remedy: '请确认：tanhua user adopt USER --integration NAME，或 POST /api/systemusers/ID/adopt。',
  },
  groupsOff: {
    title: '此数据源的组已关闭',
    remedy: '请将规则 groups 设为“on”，或在 Entra ID 的组映射中将“已启用”设为“否”。',
  },
  userNameTaken: {
    title: '另一个用户已使用此 userName',
    remedy: '如果两者是同一个人，请在 Entra ID 中按 userName 匹配，以便更新现有用户；否则请更改其中一个。',
  },
  emailTaken: {
    title: '另一个用户已使用此主电子邮件',
    remedy: '如果两者是同一个人，请在 Entra ID 中按电子邮件匹配，以便更新现有用户；否则请使用不同的地址。',
  },
  employeeNumberTaken: {
    title: '另一个用户已使用此 employeeNumber',
    remedy: '请在源中更正其中一个用户的 employeeId。',
  },
  groupNameTaken: {
    title: '另一个组已使用此 displayName',
    remedy: '请重命名其中一个组：Entra ID 按 displayName 匹配组。',
  },
  idTaken: { title: '另一个资源已使用此值', remedy: '请选择其他值。' },
  memberNotFound: {
    title: '组的一个成员在目录中不存在',
    remedy: '请先预配该成员；不能添加范围之外的成员。',
  },
  memberCycle: { title: '该组会成为自己的成员', remedy: '请移除构成循环的成员身份之一。' },
  resourceNotFound: {
    title: '资源不存在',
    remedy: '它可能已被删除。如果该 ID 由 Entra ID 发送，请在那里重新启动预配，以清除存储的链接。',
  },
  routeNotFound: {
    title: '此地址没有任何内容',
    remedy: '对于 SCIM，请使用目录显示的租户 URL，它以 /scim/v2 结尾。GET /api/openapi.json 列出了 REST API。',
  },
  methodNotAllowed: { title: '此地址不允许使用该方法', remedy: '请使用响应标头 Allow 中的方法。' },
  notSupported: { title: '不支持此操作', remedy: '支持的操作请参阅 /ServiceProviderConfig。' },
  discoveryFilter: { title: '发现终结点不接受筛选器', remedy: '请不要使用筛选器（RFC 7644 §4）。' },
  versionMismatch: { title: '资源在读取之后已更改', remedy: '请重新读取，然后再次更改。' },
  attributeOwned: {
    title: '此属性由用户的数据源管理，不由用户管理',
    remedy: '请在数据源（例如 Entra ID）中更改；在 /Me 中，用户只能更改密码。',
  },
  roleForbidden: {
    title: '密钥的角色不允许此请求',
    remedy: '请使用 Administrator With Billing、Administrator 或 Manager 的密钥，或数据源的密钥。',
  },
  schemaInvalid: {
    title: '架构无效',
    remedy: '请采用 /Schemas 返回的形式（RFC 7643 §7）；详细信息指明了位置和原因。',
  },
  schemaTaken: {
    title: '已存在具有此 URN 的架构',
    remedy: '请更改该架构（PUT 或 tanhua schema set），或为新架构使用其他 URN。',
  },
  schemaInUse: {
    title: '此更改会删除用户或组的值',
    remedy: '请先移除这些值，或添加一个使用其他名称的属性。',
  },
  tooManySchemas: {
    title: '组织的自定义架构已达到数量上限',
    remedy: '请移除不使用的架构，或将属性添加到现有架构。',
  },
  configuration: { title: '配置无效', remedy: '请更正消息中所指的环境变量。' },
  usage: { title: '命令的参数或选项无效', remedy: '请在命令后添加 --help，以查看其参数和选项。' },
  notFound: { title: '请求的对象不存在', remedy: '请使用相应的列表命令列出现有的对象。' },
  targetUnavailable: {
    title: '无法测试该服务器',
    remedy: '请提供正在运行的 SCIM 服务器的基 URL（即 /Users 之前的部分），以及它接受的令牌。',
  },
  unavailable: { title: '目录现在无法响应', remedy: '请等待 Retry-After 中的秒数，然后重试。' },
  internal: { title: '目录中出现错误', remedy: '请在日志中查找请求 ID，并报告此问题。' },
  keyMissing: {
    title: '请求没有凭据',
    remedy: '请以 Authorization: Bearer 或在 x-api-key 标头中发送密钥：SCIM 使用机密令牌，REST API 使用 API 密钥。',
  },
  keyUnknown: {
    title: '密钥未知',
    remedy: '请重新复制密钥或机密令牌，或创建一个：tanhua key create。',
  },
  keyExpired: {
    title: '密钥已过期',
    remedy: '请创建新密钥，并将其作为机密令牌输入：tanhua key create。',
  },
  keyRevoked: {
    title: '密钥已吊销',
    remedy: '请创建新密钥，并将其作为机密令牌输入：tanhua key create。',
  },
  userInactive: {
    title: '令牌的用户已停用、尚未激活或已删除',
    remedy: '请激活或还原该用户：之后令牌可以再次使用。',
  },
  mailNotDelivered: {
    title: '邮件未送达收件人；只有事件有此代码',
    remedy: '请阅读邮件服务器的响应，更正地址或服务器的设置，并从发件箱重新发送邮件。',
  },
  mailArrivalUnknown: {
    title: '与邮件服务器的连接在响应之前断开，因此邮件可能已送达；只有事件有此代码',
    remedy: '请询问收件人。如果邮件未送达，请从发件箱重新发送。',
  },
  keyAddress: {
    title: '不允许从此地址使用该密钥',
    remedy: '请从密钥允许的地址发送，或请管理员添加你的地址。',
  },
  signInFailed: {
    title: '电子邮件地址和密码不匹配，或帐户无法使用',
    remedy: '请重试；如果多个用户共用该地址，请使用用户名。尝试次数过多后需要等待。管理员可以在事件日志中查看原因。',
  },
  passwordConfirmation: {
    title: '此更改需要调用者的当前密码',
    remedy: '请在字段 password 中随请求发送你的当前密码。',
  },
  passwordExpired: {
    title: '密码已过期',
    remedy: '请使用邮件中的链接设置新密码，或请求另一个链接。',
  },
  secondFactor: { title: '需要双重验证', remedy: '请发送身份验证器应用的验证码，或使用通行密钥。' },
  tokenUsed: {
    title: '链接已被使用、已过期，或从未签发',
    remedy: '请获取新链接：重置密码，或请管理员重新发送激活邮件。',
  },
  passwordPending: {
    title: '用户还没有密码',
    remedy: '请发送激活邮件，或设置密码：只有已设置的密码才能过期。',
  },
  passwordManaged: {
    title: '密码由用户的数据源管理',
    remedy: '请在用户的数据源中更改密码，或请管理员接管密码。',
  },
  fieldOwned: {
    title: '此字段由用户的数据源管理',
    remedy: '请在数据源中更改此字段，或接管此字段：在 PUT 请求中，不要将其列入 restrictedFields。',
  },
  stateTransition: {
    title: '用户不能从当前状态变为请求的状态',
    remedy: '待激活的用户可以激活，已激活的用户可以停用，已停用的用户可以激活。用户不能再次变为待激活状态。',
  },
  conflict: { title: '请求与现有内容冲突', remedy: '请阅读消息：它指明了冲突。' },
  lastAdministrator: {
    title: '必须至少保留一个 Administrator With Billing',
    remedy: '请先将此角色授予另一个管理员。',
  },
  ownAccount: {
    title: '管理员不能移除、停用或降级自己，也不能用密钥更改自己的地址',
    remedy: '请联系另一个管理员；如需更改自己的地址，请登录，并随更改发送你的密码。',
  },
  organizationUnclear: {
    title: '管理员为多个组织工作，而请求没有指定组织',
    remedy: '请在 x-org-id 标头中发送组织的 ID。',
  },
  organizationMismatch: {
    title: 'x-org-id 标头格式错误，或与路径中的组织不同',
    remedy: '请在两处发送相同的 24 位十六进制数。',
  },
  organizationUnsupported: { title: '此路由不接受 x-org-id', remedy: '请不要发送此标头。' },
  tooManyAttempts: {
    title: '短时间内尝试次数过多，或请求链接的次数过多',
    remedy:
      '请等待 Retry-After 中的秒数，然后重试。使用通行密钥登录，或在该帐户以前使用过的设备上登录时，不会因其他地方的失败尝试而需要等待。',
  },
  quotaExceeded: {
    title: '组织已达到一天的请求上限',
    remedy: '请等待 Retry-After 中的秒数，然后重试；或使用消息中所指的替代方法。',
  },
  tooManyListeners: {
    title: '组织的实时更新连接过多',
    remedy: '请关闭不再需要的连接，等待 Retry-After 中的秒数，然后重试。',
  },
  tooManyPreviews: {
    title: '同时计算的规则预览过多',
    remedy: '请等待 Retry-After 中的秒数，然后重试。',
  },
  crossOrigin: {
    title: '请求来自其他网站的页面',
    remedy: '请在此服务器自己的页面上登录，或将令牌作为持有者令牌发送。',
  },
  tooManyRequests: {
    title: '请求“按需预配”过于频繁',
    remedy: '请等待 Retry-After 中的秒数，然后重试：十秒内最多接受五个请求。',
  },
  credentialsRefused: {
    title: '无法验证与应用程序的连接',
    remedy: '请按消息更正租户 URL 或令牌；innerError 中有请求和响应。',
  },
  secretNeeded: {
    title: '必须重新输入已保存的机密信息',
    remedy: '请发送机密信息本身：已保存的机密信息只对输入它时的 URL 有效。',
  },
  entraOff: {
    title: '此服务器上的 Entra ID 模拟环境已关闭',
    remedy: '服务器的操作员可以用 TANHUA_ENTRA=on 将其打开；消息说明了关闭的原因。',
  },
  deltaExpired: {
    title: '增量链接已过期',
    remedy: '请在没有令牌的情况下重新请求增量，并从其新链接继续。',
  },
  expressionSyntax: {
    title: '无法解析映射的表达式',
    remedy: '请更正消息所指行和列的表达式：docs/reference/expressions.md。',
  },
  expressionTooComplex: {
    title: '映射的表达式或其中一个值超过限制',
    remedy: '请拆分表达式，或缩短它读取的值。',
  },
  expressionValue: {
    title: '无法用这些值计算映射的表达式',
    remedy: '请更正源中的值，或在函数中处理这种情况：tanhua entra expression --explain 会显示每个步骤。',
  },
  mappingInvalid: {
    title: '属性映射无效',
    remedy: '请更正消息所指的位置；tanhua entra mapping show 会显示已存储的内容。',
  },
  mappingValue: {
    title: '映射产生了其目标属性不能使用的值',
    remedy: '请更正源中的值，或让映射的表达式转换它。',
  },
  tooManyKeys: {
    title: '正文或其中一个对象的键数超过限制',
    remedy: '请只发送 /Schemas 的属性，或将请求拆分为多个。',
  },
  requestTimeout: { title: '请求没有及时到达', remedy: '请重新发送；较大的请求请拆分为多个。' },
  schemasInvalid: {
    title: '正文缺少 schemas 属性，或其中的架构不属于此消息',
    remedy: '请发送详细信息所指的 URN，或将规则 schemas 设为“any”。',
  },
  storageFull: {
    title: '目录的存储空间已满',
    remedy: '请在数据库所在的磁盘上释放空间，或扩大磁盘：之后无需重启即可写入。请等待 Retry-After 中的秒数，然后重试。',
  },
  storageFailed: {
    title: '目录的存储发生故障、为只读，或丢失了数据',
    remedy: '请在日志中查找原因，运行 tanhua doctor，并修复磁盘或还原备份。请等待 Retry-After 中的秒数，然后重试。',
  },
};
