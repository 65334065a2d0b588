import { bytes, text } from '#base/words/chinese.ts';
import { roleInChinese } from '#base/words/zh-role-names.ts';
import type { HealthWords } from './health-words.ts';

/** What the check of the mail server says if there is none. The page of mail shows it in its own words. */
export const zhNoMailServer = '未配置：邮件在发件箱中等待。请设置 TANHUA_SMTP_URL 以发送邮件。';

/** The details of findings in Chinese. */
export const zhHealthWords: HealthWords = {
  separator: '；',
  settingsValid: '每项设置都是已知的，且有效。',
  folderWritable: (folder, freeBytes) => `${folder} 可写；可用空间为 ${bytes(freeBytes)}。`,
  folderReadOnly: (folder, cause) => `${folder} 不可写：${cause}`,
  modesPrivate: (folder) => `只有 ${folder} 的所有者可以打开该文件夹、数据库和密钥文件。`,
  modeOpen: (path, mode, wanted) => `${path} 的模式为 ${mode}，请将其改为 ${wanted}`,
  modesOpen: (files) => `此计算机的其他用户可以打开目录的文件：${files}`,
  migrationsPending: (count) => text`${count}个迁移尚未执行：请运行“tanhua migrate”，或启动目录。`,
  upToDate: ({ schema, bytes: size, product, version, by }) =>
    text`数据库已是最新：架构${schema}，${product} ${version} 中 ${bytes(size)}，探花${by}。`,
  unflagged: (name) =>
    text`数据源${name}在最后一个请求之前的一小时内没有带 aadOptscim062020 的请求（只有按需预配不使用它）。一切正常，但 Entra ID 中的租户 URL 应以 /?aadOptscim062020 结尾。`,
  writable: '数据库可写。',
  readOnly: (cause) => `数据库不可写：${cause}`,
  consistent: '数据库及其引用是一致的。',
  risks: {
    bypassesRowSecurity: 'TANHUA_DATABASE_URL 的角色会绕过行级安全性：请使用既没有 SUPERUSER 也没有 BYPASSRLS 的角色',
    losesCommits: '服务器在关闭 fsync 或 full_page_writes 的情况下运行：断电时，已确认的更改会丢失',
  },
  serverSafe: 'PostgreSQL 持久地存储提交，并隔离各个组织。',
  noKey: '没有有效的密钥。请创建一个：tanhua key create。',
  validKeys: (keys) => text`${keys}个密钥有效。`,
  keyStopped: {
    ownerSuspended: (owner) => `其所有者 ${owner} 已停用`,
    ownerRemoved: (owner) => `其所有者 ${owner} 已移除`,
    keysForbidden: (owner) => `其所有者 ${owner} 不能拥有 API 密钥`,
    creatorEnded: () => '创建它的密钥已失效',
  },
  stopped: (prefix, name, reason) =>
    `${prefix}…（${name}）已失效：${reason}。如果仍有客户端使用它，请创建另一个密钥并在那里输入：tanhua key create。`,
  expires: (prefix, name, days, at, create) =>
    text`${prefix}…（${name}）将在${days}天后过期（${at}）：请创建另一个密钥（${create}），在使用此密钥的地方输入它，然后吊销此密钥。`,
  tooBroad: (prefix, name, owner, role) =>
    `${prefix}…（${name}）以 ${owner}（${roleInChinese(role)}）的所有权限发送 SCIM 请求，如果该帐户被停用或移除，它就会失效。请使用只能用于 SCIM 的数据源密钥：tanhua key create --integration NAME。`,
  neverSent: (name) => `${name} 尚未发送请求：请检查数据源中的预配及其密钥。`,
  silent: (name, since) => `${name} 的最后一个请求发送于 ${since}：请检查数据源中的预配及其密钥。`,
  noMailServer: zhNoMailServer,
  mailFault: (server, kind, detail) =>
    `${server}：${{ unreachable: '无法连接', loginRefused: '拒绝登录', closed: '已关闭连接' }[kind]}${detail === '' ? '' : `：${detail}`}。请检查 TANHUA_SMTP_URL。`,
  mailServer: (server, hasLogin) => `${server} 可以连接，${hasLogin ? '且接受登录' : '无需登录'}。`,
  localSender: (server, hasLogin, sender) =>
    `${server} 可以连接，${hasLogin ? '且接受登录' : '无需登录'}，但邮件的发件人是 ${sender}：请将 TANHUA_MAIL_FROM 设为你自己的域的地址。`,
  radiusCertificate: (path, days) => text`RADIUS 证书（${path}）的有效期还剩${days}天。`,
  radiusCertificateExpires: (path, days) =>
    text`RADIUS 证书（${path}）将在${days}天后过期，届时设备将无法连接：如果它由目录颁发，请启动 tanhua radius run 以续订；否则请替换该文件。`,
  radiusCertificateExpired: (path) =>
    `RADIUS 证书（${path}）已过期，设备无法连接：如果它由目录颁发，请启动 tanhua radius run 以续订；否则请替换该文件。`,
  radiusCertificateUnreadable: (path, cause) =>
    `无法读取 RADIUS 证书（${path}）：${cause}。请运行 tanhua radius setup。`,
  outbox: (failed, waiting, delayed) =>
    text`过去 24 小时内有${failed}封失败；${waiting}封等待中，其中${delayed}封已尝试失败。${failed + delayed === 0 ? '' : '发件箱说明了原因。'}`,
  unreachable: (names, more) =>
    text`${names.join('、')}${more > 0 ? text`和另外${more}个组织` : ''}没有能接收邮件的管理员，因此关于密钥即将过期和帐户锁定的通知会丢失。请为其中一个管理员设置可以接收邮件的地址。`,
};
