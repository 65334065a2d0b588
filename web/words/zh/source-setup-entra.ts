import type { Words } from '../en.ts';
import { text } from '#base/words/chinese.ts';

export const setupOfEntra: Words['sources']['setup']['of']['entra'] = {
  chip: '等待“测试连接”',
  application: {
    title: '在 Entra ID 中创建应用程序',
    paths: [
      '打开 Microsoft Entra 管理中心（entra.microsoft.com）。',
      '企业应用程序 → 新建应用程序 → 创建你自己的应用程序。',
      '输入名称，并选择“集成未在库中找到的任何其他应用程序(非库)”。',
      '在新应用程序中：预配 → 新建配置。',
    ],
    need: '你需要“应用程序管理员”或“云应用程序管理员”角色。',
  },
  connect: {
    title: '在“预配 → 管理员凭据”下输入以下内容，然后选择“测试连接”',
    url: '租户 URL',
    token: '机密令牌',
    listening: '正在等待。Entra ID 会搜索一个不存在的用户和一个不存在的组；这两个请求到达时会显示在这里。',
    succeeded: (at) => text`“测试连接”于${at}成功。请在 Entra ID 中选择“创建”。`,
    user: '搜索了一个不存在的用户；未找到，符合预期',
    group: '搜索了一个不存在的组；未找到，符合预期',
    waitingUser: '正在等待对用户的搜索…',
    waitingGroup: '正在等待对组的搜索…',
    firewall: '防火墙或代理阻止了 Entra ID 进入。其地址的服务标记为 AzureActiveDirectory；它不发送 User-Agent。',
    notPublic: (origin) => `Entra ID 无法向 ${origin} 发送请求：它需要 https 和公共地址，请用 TANHUA_PUBLIC_URL 设置。`,
    rehearse: '在此之前，可以用 Entra ID 的模拟环境演练预配：',
    toRehearsal: '打开“演练”',
    noFlag:
      '最近一次请求没有标志 aadOptscim062020：这样 Entra ID 只会创建新用户。请将上面的租户 URL 连同其结尾复制到 Entra ID。',
  },
  map: {
    title: '映射属性',
    path: '映射 → 预配 Microsoft Entra ID 用户',
    strict: '此数据源的规则不接受以地址作为用户名，因此需要使用指南的映射。',
    any: '此数据源的规则接受两种映射。',
    presets: { guide: '指南的映射', entra: 'Entra ID 的默认映射' },
    column: { source: 'Entra ID 属性', target: '目标属性', match: '匹配', copy: '复制此行' },
    match: (precedence) => text`优先级${precedence}`,
    copyRow: (target) => `${target} 所在的行`,
    copyTable: '复制表格',
    copySchema: '将架构复制为 JSON',
    schemaHelp: '采用 Microsoft Graph 的格式。在 Entra ID 中：显示高级选项 → 在此处查看架构 → 粘贴 → 保存。',
  },
  scope: {
    title: '选择范围并分配人员',
    paths: [
      '预配 → 设置 → 范围：“仅同步已分配的用户和组”是稳妥的选择。',
      '用户和组 → 添加用户/组：分配应在此目录中的人员和组。嵌套组的成员不会被发送。',
      '映射：如果也要发送组，请保持“预配 Microsoft Entra ID 组”为启用状态。',
      '单一登录可以保持禁用。如需在“我的应用”中显示此应用程序：选择“基于密码”，并将门户的地址（此服务器的 /portal）作为登录 URL。',
    ],
  },
  demand: {
    title: '按需预配一个人，并观察其到达',
    paths: ['按需预配 → 选择一个已分配的人员 → 预配。', '“按需预配”不使用该标志；这是 Entra ID 的行为。'],
  },
  start: {
    title: '启动',
    paths: [
      '概述 → 启动预配。',
      '第一个周期会发送范围内的所有人员：数千人需要 20 分钟到数小时。此后，Entra ID 大约每 40 分钟运行一次，且只发送更改的内容。',
    ],
    seen: (duration) => text`Entra ID 大约每${duration}运行一次。`,
  },
};
