import { chinese } from '../reasons/zh/fragments.ts';
import { text } from './chinese.ts';
import type { adminMessages } from './admin-messages.ts';
import type { Shape } from './language.ts';
import { roleInChinese } from './zh-role-names.ts';

const lengths = { minute: '一分钟', 'quarter-hour': '一刻钟', hour: '一小时', day: '一天' } as const;

/** The messages of refusals that administrators read in the console, in Chinese. */
export const zhAdminMessages: Shape<typeof adminMessages> = {
  administrators: {
    beyondReach: ({ role, of, isCurrent }, permissions) =>
      `${of === undefined ? '' : `${of} 的`}${isCurrent === true ? '当前' : ''}角色“${roleInChinese(role.replace(/^"(.*)"$/, '$1'))}”具有你没有的权限：${permissions}。`,
    unknown: (id) => `没有 ID 为 ${id} 的管理员。`,
    unknownRole: (name, roles) => `没有角色 ${name}。角色有 ${roles}，以及组织的自定义角色。`,
    emailTaken: (email) => `电子邮件地址 ${email} 属于组织的另一个管理员。`,
    ownAddress: '你不能用密钥更改自己的地址。请登录，并在更改时在字段 password 中发送密码。',
    ownAccount: {
      changeRole: '你不能更改自己的角色：请让另一个管理员来操作。',
      suspend: '你不能停用自己：请让另一个管理员来操作。',
      remove: '你不能移除自己：请让另一个管理员来操作。',
      removeApp: '没有身份验证器应用的验证码时，你不能移除自己的身份验证器应用：请让另一个管理员来操作。',
    },
    last: (email, role) =>
      `${email} 是组织中最后一个具有角色“${roleInChinese(role)}”的管理员：请先将此角色授予另一个管理员。`,
    noSession: (session, email) => `${email} 没有会话 ${session}。`,
    unknownBuiltInRole: (name, roles) => `没有角色 ${name}。角色有 ${roles}。`,
    noOwnSession: (id) => `没有会话 ${id}。`,
    passwordNeeded: '若要更改自己的地址，请同时在字段 password 中发送密码。',
    suspended: (email) => `${email} 已停用：请先激活该管理员。`,
    noMail: (email) => `${email} 不能接收邮件：请先为该管理员设置其他电子邮件地址。`,
  },
  confirmation: (operation, where, minutes) =>
    text`${operation} 会授予对帐户的访问权限或更改帐户的保护方式，因此会话必须用密码确认：请${where === 'inPost' ? '使用同名的 POST 路由，并在字段 password 中发送密码' : '在字段 password 中发送密码'}；或者使用通行密钥登录，并在${minutes}分钟内重复请求。`,
  csv: {
    empty: '文件没有行：第一行是列的名称。',
    tooManyRows: (rows, max) => text`文件有${rows}行，但一次最多可以导入${max}行。请拆分文件。`,
    noColumn: (name) => `文件没有列 ${name}。`,
    columnTwice: (name) => `文件有两个列 ${name}。`,
    invalidRows: (invalid, rows, line, errors) =>
      text`${rows}行中有${invalid}行有错误，因此未导入任何行；第一处在第${line}行：${errors.map(({ zh }) => zh).join('')}请更正这些行，或使用 mode=valid 导入。`,
    managerUnknown: (manager) => `manager ${manager} 不是用户：请输入用户的用户名、电子邮件或 ID。`,
    groupUnknown: (name) => `没有组 ${name}。`,
    repeated: (field, value, line) => text`${field} ${value} 已在第${line}行中`,
    unknownColumn: (column, meant) =>
      `没有列 ${column}：不会导入其中的值。${meant === undefined ? '' : `是否指 ${meant}？`}`,
    noId: '该行没有 ID：请发送用户的 _id。',
  },
  events: {
    emptyPeriod: (from, to) => `时间段从 ${from} 开始，到 ${to} 结束：结束必须在开始之后。`,
    tooManyBuckets: (count, bucket, max) =>
      text`时间段有${count}个长度为${lengths[bucket]}的间隔，最多允许${max}个：请使用更长的间隔，或更短的时间段。`,
    unknown: (id) => `没有 ID 为 ${id} 的事件。事件会在设置 eventRetentionDays 的时间之后删除。`,
    targetAndRequest: 'target 和 request 不能同时使用：请只发送其中一个。',
    tooManyIntervals: (max) => text`时间间隔多于${max}个：请使用更长的间隔，或更短的时间段。`,
  },
  groups: {
    sameName: (name, ids, hasMore) =>
      text`${hasMore ? '超过' : ''}${ids.length}个组的名称为 ${name}：${ids.join('、')}${hasMore ? '等' : ''}。请提供 ID。`,
    unknownMember: (kind, id) => `没有 ID 为 ${id} 的${kind === 'user' ? '用户' : '组'}。`,
    cursor: (cursor) =>
      `游标 ${cursor} 不属于此搜索：搜索、数据源和排序方式必须保持不变。请在没有游标的情况下重新请求第一页。`,
  },
  jobs: {
    unknown: (id) => `没有作业 ${id}；作业保留 30 天。`,
    unknownScheduled: (id) => `没有 ID 为 ${id} 的计划更改或作业。`,
  },
  keys: {
    notAddress: (text) => `${text} 既不是地址也不是网络：请写为 192.0.2.1、192.0.2.0/24 或 2001:db8::/32。`,
    tooMany: (max) => text`此所有者已有${max}个密钥：请先吊销一个。`,
    unknown: (id) => `没有密钥 ${id}。`,
    revoked: (name) => `密钥 ${name} 已吊销，不能更改。`,
    tooManyAddresses: (max) => text`一个密钥最多可以有${max}个地址和网络。`,
    noAddress: 'allowedIps 为空，因此密钥无法从任何地址使用。发送 null 可允许所有地址。',
    notAllowed:
      '你的帐户不能拥有 API 密钥。Administrator With Billing 可以允许：PUT /api/users/ID，并将 apiKeyAllowed 设为 true。',
    notOwner: '只有所有者可以轮换密钥。你可以吊销它。',
  },
  organizations: {
    isPortalPage: (name, path) =>
      `组织的名称不能是 ${name}：/portal/${path} 是门户的页面，组织的用户将无法打开自己的门户。请选择其他名称。`,
    unknown: (id) => `没有组织 ${id}。`,
    alreadyLinked: '该管理员已属于此组织。',
    notManaged: (id) => `没有由你管理其管理员的组织 ${id}。`,
    notLinked: (email, id) => `${email} 不为组织 ${id} 工作。`,
    noLinked: (id) => `没有其他组织的管理员 ${id} 为此组织工作。`,
    notYours: (id) => `没有你为其工作的组织 ${id}。`,
    unclear: (count) => text`你为${count}个组织工作：请在 x-org-id 标头中指定一个。GET /api/organizations 会列出它们。`,
  },
  outbox: {
    otherKey: '邮件是用另一个密钥加密的。请将 TANHUA_SECRET_KEY 或 TANHUA_DATA_DIR 设为写入该邮件的服务器的值。',
    testDeleted: '测试邮件已在此期间被删除。',
    ownAddress: (address, email) =>
      `你的地址是 ${address}，任何邮件服务器都无法送达。请先设置可以接收邮件的地址：在控制台的“设置”>“管理员”中，或使用命令 tanhua admin set ${email} --email NEW`,
    unknown: (id) => `发件箱中没有邮件 ${id}。`,
    linkForbidden: (id) =>
      `你不能读取邮件 ${id} 中的链接：邮件没有链接或已发送，链接会打开具有你没有的权限的管理员的帐户，或者你的角色不能设置密码。请改为向帐户的所有者发送新链接。`,
    notSendable: (id) =>
      `无法发送邮件 ${id}：它不存在、正在发送、已取消，或者其链接已失效。如需新链接，请重新发送激活邮件，或重置密码。`,
  },
  people: {
    cursor: (cursor, fault) => `游标 ${cursor} ${fault}。请在没有游标的情况下重新请求第一页。`,
    cursorFaults: {
      unknown: '不是由此列表返回的',
      otherSearch: '属于另一个搜索：字词、筛选器和排序方式必须保持不变',
      removed: '指向已移除的人员',
      unknownSelection: '不是为所选人员返回的',
      otherSelection: '属于另一个选择或操作：所有参数必须保持不变',
    },
    before: (value, fault) =>
      `before ${value} ${fault}：请发送此时间线上一页中 before 的值，或省略它以从最新的条目开始。`,
    beforeFaults: { unknown: '不是时间线返回的值', otherPerson: '属于另一个人员的时间线' },
    restoredName: (field, fault) => `${field} 无效：${chinese(fault)}。`,
    tooManyWords: (count, max) => text`搜索包含${count}个词：最多${max}个。`,
    unknownGroup: (group) => `group 为 ${group}，但没有组具有此 ID。`,
    otherTotal: (expected, total) => text`预期为${expected}人，但现在选择了${total}人。请重新请求预览，并发送其总数。`,
    timelineForbidden:
      '时间线会显示用户的名称，因此你的角色除 events.read 外还需要权限 users.read。如果只读取事件，请使用 GET /api/events。',
  },
  quotas: {
    organizations: (max, hours) =>
      text`组织在一天内请求了${max}个组织，已达到限额。请在${hours}小时后重试。命令行没有此限额：tanhua organization create。`,
    namedMails: (max, hours) =>
      text`组织在一天内请求了${max}封发送到请求中所给地址的邮件，已达到限额。请在${hours}小时后重试。命令行会改为显示链接：tanhua admin reset-password EMAIL。`,
    requestedMails: (max, hours) =>
      text`组织在一天内请求了${max}封邮件，已达到限额。请在${hours}小时后重试。由数据源的规则发送的邮件不计算在内。`,
  },
  requests: {
    unknown: (id) =>
      `没有 ID 为 ${id} 的请求。请求会在设置 requestRetentionDays 的时间之后，或超过设置 requestLogMegabytes 的大小时删除；仅计数的请求在一天后删除。`,
    cursor: (cursor) => `cursor ${cursor} 无法使用：请发送上一页响应中的 next 的值。`,
    evaluationForbidden: (permission) =>
      `评估会显示用户、组和规则，因此你的角色除 requests.read 外还需要权限 ${permission}。`,
    unknownReason: (code, meant, names) =>
      `原因 ${code} 未知。${meant === undefined ? '' : `是否指 ${meant}？`}请发送错误或原因的代码，例如 ${names}：docs/reference/errors.md 列出了全部代码。`,
  },
  roles: {
    unknown: (id) => `没有 ID 为 ${id} 的角色。`,
    tooMany: (max) => text`一个组织最多可以有${max}个自定义角色。请先移除一个。`,
    inUse: (name, holders) => `角色 ${name} 仍在使用（管理员：${holders}）。请先为他们指定其他角色。`,
    nameTaken: (name) => `已有角色 ${name}。`,
  },
  schemas: {
    taken: (id) => `已有架构 ${id}：请更改该架构，或为新架构使用其他 URN。`,
    tooMany: (count, max) => text`组织有${count}个自定义架构，最多可以有${max}个。请先移除一个。`,
    isStandard: (id) => `${id} 是标准架构，不能更改。请改为添加自定义架构。`,
    unknown: (id, known) => `组织没有自定义架构 ${id}。其自定义架构：${known.join('、') || '无'}。`,
    otherId: (id, named) => `id 为 ${id}，但 URL 指定的是 ${named}：两者必须相同。`,
    named: (id) => `架构 ${id}`,
    ofApplication: '应用程序的架构',
    changed: (what, tag) =>
      text`${what}自读取以来已更改：它现在的版本为${tag}，而 If-Match 指定了另一个版本。请重新读取，然后再次更改。`,
    inUse: (count, type, what, id) =>
      text`${count}个${type === 'User' ? '用户' : '组'}具有 ${what} 的值，其中一个的 ID 为 ${id}；已删除的对象在清除之前也计算在内。请先移除这些值，或添加具有其他名称的属性。`,
  },
  secrets: {
    maskWithoutSecret: (name, mask) => `${name} 已屏蔽（${mask}），但没有已保存的 ${name}：请输入 ${name}。`,
    maskOfOther: (name, mask, changed, destination) =>
      `${name} 已屏蔽（${mask}），而已保存的值是为另一个 ${changed} 输入的：请为${destination === undefined ? '新的目标' : ` ${destination} `}重新输入 ${name}。`,
  },
  server: {
    stopping: '服务器正在停止。未更改任何内容：请重试。',
    stoppingLive: '服务器正在停止：请重新连接。',
    totalsChanged: '每次读取时总数都已变化：请重试。',
    justMoved: '组织刚刚被移动。未更改任何内容：请重试。',
    tooManyListeners: (max) => text`组织已有${max}个用于实时更新的连接：请关闭其中一些。`,
    full: (max) => text`此服务器已有${max}个用于实时更新的连接：请重试，或启动另一台服务器。`,
    bodyTooLarge: (bytes) => text`正文大于${bytes}字节：请减少每次发送的内容。`,
    busy: '数据库正忙。未更改任何内容：请重试。',
    internal: '目录出现问题；日志中有与请求 ID 对应的原因。',
  },
  sources: {
    adopterNeeded: (names) => `该用户不由任何数据源管理：请指定应认领该用户的数据源。此组织的数据源有：${names}。`,
    unknownHere: (name, names) => `没有数据源 ${name}。此组织的数据源有：${names}。`,
    unknown: (id) => (id === undefined ? '此组织没有数据源。' : `没有 ID 为 ${id} 的数据源。`),
    unknownAmong: (name, names) => `没有数据源 ${name}。数据源有：${names}。`,
    tooMany: (max) => text`一个组织最多可以有${max}个数据源。`,
    nameTaken: (name) => `已有数据源 ${name}。`,
    noFilter: (source, none) => `source 为 ${source}，但没有数据源具有此 ID：请发送数据源的 ID，或 ${none}。`,
  },
  users: {
    otherVersion: (_kind, id, version) => `${id} 的版本为 W/"${version}"，与请求的预期不符。请重新读取，然后再次更改。`,
    sameEmail: (email, names, hasMore) =>
      text`${hasMore ? '超过' : ''}${names.length}个用户的电子邮件地址为 ${email}：${names.join('、')}${hasMore ? '等' : ''}。请提供用户名或 ID。`,
    exclusionPast: (time) => `mfa.exclusionUntil ${time} 已过去：请发送将来的时间。`,
    exclusionEnd: 'mfa.exclusion 没有结束时间：请同时发送 exclusionDays 或 exclusionUntil。',
    passwordPending: (name) =>
      `${name} 的密码待设置，因此不能过期：该用户还没有设置密码，与数据源创建的每个用户一样。若要让用户设置密码，请通过邮件激活用户；若要阻止用户，请停用用户。`,
    passwordManaged: (name) => `${name} 的密码由其数据源管理。`,
    statesContradict: (state, suspended) =>
      `字段 state（${state}）和 suspended（${suspended}）相互矛盾：请只发送其中一个。`,
    notStagedAgain: (state) => `状态为 ${state} 的用户不能再次变为 STAGED。请改为停用。`,
    managerUnknown: (manager) => `manager ${manager} 不是用户：请发送用户的 _id，或 null。`,
    managerDeleted: (id) => `cascade_manager ${id} 是要删除的用户：请发送另一个用户。`,
    notRestorable: (name, days) => text`没有可以还原的已删除用户 ${name}。已删除的用户保留${days}天。`,
    notAdministrator: '令牌属于用户，而不是管理员。',
    notStaged: (name, state) =>
      `${name} 的状态为 ${state}：只能激活待激活的用户。若要取消停用，请用 PUT 将 state 设为 ACTIVATED。`,
    noAddress: (name) => `${name} 没有可以接收邮件的电子邮件地址。`,
    linkUseless: (name, state) => `${name} 的状态为 ${state}，因此链接不会起作用。请先激活用户。`,
    passwordNotHere: (name) => `${name} 的密码由其数据源管理，不能在这里设置。`,
    unknown: (id) => `没有 ID 为 ${id} 的用户。`,
    startPast: (time) => `start_date ${time} 已过去：请提供将来的时间。`,
  },
};
