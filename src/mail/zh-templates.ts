import type { MailKind, MailTemplate } from './templates.ts';

const contact = '如有问题，请联系 #{contact_name} #{contact_email}。';
const tellAdministrator = '如果这不是你所期望的，请立即告知管理员。';
const linkValidity = '该链接只能使用一次，有效期至 #{expires}。';
const ending = { nextStepContactInfo: contact, language: 'zh-CN' } as const;
const greeting = '#{first_name}，你好';

/** The default text of every kind of email in Chinese. */
export const zhTemplates: Readonly<Record<MailKind, MailTemplate>> = {
  activate_user_custom: {
    subject: '你在 #{org_name} 的帐户',
    header: '欢迎，#{first_name}',
    body: `已在 #{org_name} 为你创建帐户。你的用户名是 #{username}。请设置密码以使用该帐户。${linkValidity}`,
    button: '设置密码',
    ...ending,
  },
  welcome: {
    subject: '你在 #{org_name} 的帐户',
    header: '欢迎，#{first_name}',
    body: '你在 #{org_name} 的帐户已准备就绪。你的用户名是 #{username}，该帐户已有密码。如果你不知道密码，请询问管理员，或在以下页面设置新密码：#{forgot_url}',
    button: '登录',
    ...ending,
  },
  user_change_password: {
    subject: '设置新密码',
    header: greeting,
    body: `有人为你的帐户 #{username} 请求了新密码。如果不是你请求的，则无需任何操作：你的密码保持不变。${linkValidity}`,
    button: '设置新密码',
    ...ending,
  },
  user_reset_password: {
    subject: '设置新密码',
    header: greeting,
    body: `管理员向你发送了此链接，以便你为 #{org_name} 的帐户 #{username} 设置新密码。${linkValidity}`,
    button: '设置新密码',
    ...ending,
  },
  password_reset_confirmation: {
    subject: '你的密码已更改',
    header: greeting,
    body: `你在 #{org_name} 的帐户 #{username} 的密码已于 #{changed_at} 更改，操作者：#{changed_by}。其他会话已结束。${tellAdministrator}`,
    button: '',
    ...ending,
  },
  address_change_notice: {
    subject: '你帐户的地址已更改',
    header: greeting,
    body: `你在 #{org_name} 的帐户 #{username} 的一个电子邮件地址已于 #{changed_at} 更改，操作者：#{changed_by}。此邮件发送到之前的地址；之后的邮件（例如设置新密码的链接）会发送到新地址。${tellAdministrator}`,
    button: '',
    ...ending,
  },
  second_factor_notice: {
    subject: '你的登录方式已更改',
    header: greeting,
    body: `#{change}：你在 #{org_name} 的帐户 #{username} 于 #{changed_at} 发生了此更改，操作者：#{changed_by}。其他会话已结束。${tellAdministrator}`,
    button: '',
    ...ending,
  },
  security_notice: {
    subject: '你的帐户有更改',
    header: greeting,
    body: `#{change}：你在 #{org_name} 的帐户 #{username} 于 #{changed_at} 发生了此更改，操作者：#{changed_by}。${tellAdministrator}`,
    button: '',
    ...ending,
  },
  lockout_notice_user: {
    subject: '帐户 #{username} 已锁定',
    header: greeting,
    body: '由于密码错误次数过多（#{lockout_source}），你在 #{org_name} 的帐户 #{username} 已锁定。你可以从 #{unlocked_at} 起重新登录，或在管理员解锁帐户后立即登录。如果这些尝试不是你进行的，请告知管理员。',
    button: '',
    ...ending,
  },
  lockout_notice_admin: {
    subject: '帐户 #{username} 已锁定',
    header: greeting,
    body: '由于密码错误次数过多（#{lockout_source}），#{org_name} 的帐户 #{username} 已锁定。其所有者可以从 #{unlocked_at} 起重新登录，或在管理员解锁帐户后立即登录。你收到此邮件，是因为你的角色允许你解锁帐户。',
    button: '',
    ...ending,
  },
  password_expiration_warning: {
    subject: '你的密码将在 #{expiration_in}后过期',
    header: greeting,
    body: '你在 #{org_name} 的帐户 #{username} 的密码将在 #{expiration_in}后过期。请在此之前设置新密码：通过下面的按钮可以打开请求链接的页面。',
    button: '设置新密码',
    ...ending,
  },
  password_expiration: {
    subject: '你的密码已过期',
    header: greeting,
    body: `你在 #{org_name} 的帐户 #{username} 的密码已过期。请设置新密码。${linkValidity}`,
    button: '设置新密码',
    ...ending,
  },
  admin_invitation: {
    subject: '你现在是 #{org_name} 的管理员',
    header: greeting,
    body: `你现在是 #{org_name} 的管理员，角色为“#{role}”。请设置密码以开始使用。${linkValidity}`,
    button: '设置密码',
    ...ending,
  },
  admin_change_password: {
    subject: '设置新密码',
    header: greeting,
    body: `有人为管理员 #{username} 请求了新密码。如果不是你请求的，则无需任何操作：你的密码保持不变。${linkValidity}`,
    button: '设置新密码',
    ...ending,
  },
  admin_reset_password: {
    subject: '设置新密码',
    header: greeting,
    body: `#{org_name} 的另一位管理员向你发送了此链接，以便你为管理员 #{username} 设置新密码。${linkValidity}`,
    button: '设置新密码',
    ...ending,
  },
  api_key_expiration: {
    subject: '密钥 #{key_name} 将在 #{expiration_in}后过期',
    header: greeting,
    body: '#{org_name} 的密钥 #{key_name}（#{key_prefix}…）将在 #{expiration_in}后过期。此后，使用它的客户端会被拒绝。请创建新密钥，在所有使用旧密钥的地方输入新密钥，然后吊销旧密钥。',
    button: '',
    ...ending,
  },
  provisioning_quarantine: {
    subject: '对 #{application} 的预配处于隔离状态',
    header: '对 #{application} 的预配处于隔离状态',
    body: '原因是 #{reason}：#{message}\n\n预配会以逐渐增大的间隔重试，下一次在 #{next_attempt}。消除原因后，请重新启动预配作业。',
    button: '在控制台中打开应用程序',
    ...ending,
  },
  mail_test: {
    subject: '#{org_name} 的测试邮件',
    header: '邮件可以送达',
    body: '发送给 #{username} 的这封邮件表明 #{org_name} 的邮件可以送达。你无需执行任何操作。',
    button: '',
    ...ending,
  },
  job_result: {
    subject: '针对 #{total} 个用户的作业已结束',
    header: greeting,
    body: '共 #{total} 行，成功 #{succeeded} 行，失败 #{failed} 行。结果以作业 #{job_id} 保留 30 天。',
    button: '',
    ...ending,
  },
};
