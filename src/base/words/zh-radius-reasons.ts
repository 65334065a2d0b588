import type { RadiusReason } from './radius-reasons.ts';

const settingsFix = '请更正 RADIUS 服务器的 Entra ID 设置。';
const entraRecovers = 'Entra ID 通常会自行恢复；如果没有恢复，请查看 Microsoft 365 服务运行状况。';

/** Every outcome of an attempt to connect by RADIUS, in Chinese. */
export const zhRadiusReasons: Readonly<Record<RadiusReason, { readonly text: string; readonly fix: string }>> = {
  accepted: { text: '已连接。', fix: '无需执行任何操作。' },
  methodUnsupported: {
    text: '设备使用的方法不提供密码本身，例如 MSCHAPv2。',
    fix: '请将设备设置为 EAP-TTLS，并在隧道内使用 PAP。',
  },
  methodNotAllowed: {
    text: '设备使用的方法不被此 RADIUS 服务器允许。',
    fix: '请将设备设置为允许的方法，或在 RADIUS 服务器的设置中允许该方法。',
  },
  nameInvalid: {
    text: '设备没有发送名称，或者名称不是有效的 UTF-8 或过长。',
    fix: '请重新输入用户名或电子邮件地址。',
  },
  passwordInvalid: {
    text: '设备没有发送密码，或者密码不是有效的 UTF-8 或过长。',
    fix: '请重新输入密码。如果许多设备都出现此情况，请核对 RADIUS 客户端的共享密钥。',
  },
  userUnknown: { text: '组织中没有用户具有此用户名或电子邮件地址。', fix: '请检查拼写，或创建该用户。' },
  nameUnclear: { text: '组织中有多个用户具有此名称或电子邮件地址。', fix: '请使用用户名，而不是共用的电子邮件地址。' },
  userStaged: { text: '用户处于暂存状态，还不能连接。', fix: '请激活该用户。' },
  userSuspended: { text: '用户已停用。', fix: '如果应允许此人连接，请解除停用，或在数据源中启用该帐户。' },
  userLocked: {
    text: '密码错误次数过多，帐户已锁定。',
    fix: '请解锁该用户，等待锁定结束，或在 RADIUS 服务器的设置中允许已锁定的帐户。',
  },
  passwordExpired: {
    text: '用户的密码已过期。',
    fix: '请设置新密码，或在 RADIUS 服务器的设置中允许已过期的密码。',
  },
  notMember: {
    text: '用户不是任何可以连接的组的成员。',
    fix: '请将该用户添加到 RADIUS 服务器的某个组，或允许另一个组连接。',
  },
  wrongPassword: { text: '密码错误。', fix: '请输入当前密码；设备上可能仍保存着旧密码。' },
  passwordPending: {
    text: '用户在此目录中还没有密码。',
    fix: '请重新发送激活邮件，生成 Wi-Fi 密码，或让 RADIUS 服务器通过 Entra ID 检查密码。',
  },
  tooManyAttempts: {
    text: '设备为此名称发送错误密码的次数过多，需要等待。',
    fix: '请更正设备上的密码，并等待最多 15 分钟。',
  },
  overloaded: {
    text: '同时检查的密码过多。',
    fix: '设备会自动重试。如果设备很多，请生成无需哈希计算的 Wi-Fi 密码，或增加处理器。',
  },
  internalFault: { text: '目录由于自身的故障而无法作出决定。', fix: '请查看服务器在此时间的日志。' },
  entraNoEmail: {
    text: '用户没有电子邮件地址，而该地址是在 Entra ID 登录的名称。',
    fix: '请在 Entra ID 中将 userPrincipalName 映射到工作电子邮件地址。',
  },
  entraWrongPassword: {
    text: 'Entra ID 表示名称或密码错误。',
    fix: '请输入 Entra ID 的密码。联合用户以及以空格开头或结尾的密码也会这样被拒绝：Entra ID 在此处不支持它们。',
  },
  entraUserUnknown: {
    text: 'Entra ID 中没有以此电子邮件地址作为 userPrincipalName 的用户。',
    fix: '请使用户的工作电子邮件地址与 userPrincipalName 相同。来宾不能以这种方式登录。',
  },
  entraNoPassword: {
    text: 'Entra ID 中没有此用户的密码。',
    fix: '没有密码的用户，以及没有密码哈希同步的联合用户，不能以这种方式登录。',
  },
  entraPasswordExpired: {
    text: '密码在 Entra ID 中已过期，或必须在下次登录时更改。',
    fix: '请此人登录 Microsoft 365 页面并设置新密码。',
  },
  entraDisabled: {
    text: '帐户在 Entra ID 中已禁用。',
    fix: '如果应允许此人连接，请在 Entra ID 中启用该帐户。否则，下一个预配周期会在此处停用该用户。',
  },
  entraLocked: {
    text: 'Entra ID 锁定了该帐户，或将此服务器的地址视为恶意地址而阻止。',
    fix: '请等待一分钟并输入正确的密码。如果影响多个用户，请将此服务器的地址添加到受信任的位置。',
  },
  entraPaused: {
    text: 'Entra ID 在一分钟之内锁定了该帐户，因此没有再次询问。',
    fix: '请等待一分钟，然后输入正确的密码。',
  },
  entraSecondFactor: {
    text: 'Entra ID 要求双重验证；密码本身没有被拒绝。',
    fix: '请仅针对此服务器的地址，将 RADIUS 服务器的应用程序从要求双重验证的条件访问策略中排除。',
  },
  entraConditionalAccess: {
    text: 'Entra ID 的条件访问策略拒绝了登录；密码本身没有被拒绝。',
    fix: '请在 Entra ID 的登录日志中找到该策略，并将 RADIUS 服务器的应用程序从中排除。',
  },
  entraDevice: {
    text: 'Entra ID 要求受管理或合规的设备；密码本身没有被拒绝。',
    fix: '请将 RADIUS 服务器的应用程序从要求设备的策略中排除。',
  },
  entraRisk: {
    text: 'Entra ID 认为此次登录或此用户有风险；密码本身没有被拒绝。',
    fix: '请在标识保护中确认该用户安全，并将此服务器的地址添加到受信任的位置。',
  },
  entraSecurityDefaults: {
    text: '租户的安全默认值阻止只使用密码的登录。',
    fix: '请用排除 RADIUS 服务器应用程序的条件访问策略代替安全默认值。',
  },
  entraNotAssigned: {
    text: '用户在 Entra ID 中没有分配到 RADIUS 服务器的应用程序。',
    fix: '请将该用户或组分配到该应用程序，或关闭“需要分配”。',
  },
  entraConsent: {
    text: 'RADIUS 服务器的应用程序没有获得权限 openid 的同意。',
    fix: '请在 Entra ID 中为该应用程序授予管理员同意。',
  },
  entraRefused: {
    text: 'Entra ID 以此版本未知的原因拒绝了登录。',
    fix: '请在 https://login.microsoftonline.com/error 查询事件的 AADSTS 代码。',
  },
  entraOtherUser: {
    text: 'Entra ID 中的帐户与此用户的帐户不同：其对象 ID 或租户不一致。',
    fix: '请检查该电子邮件地址是否已分配给另一个人。如果该帐户是重新创建的，请移除用户的绑定。',
  },
  entraAccountTaken: {
    text: 'Entra ID 中的帐户已属于组织中的另一个用户。',
    fix: '请移除不应存在的用户，或移除另一个用户的绑定。',
  },
  entraNotConfigured: {
    text: 'RADIUS 服务器的 Entra ID 设置不完整，或指定的不是单个租户。',
    fix: '请在 RADIUS 服务器的设置中输入颁发机构、租户的 ID 或域，以及应用程序 ID。',
  },
  entraSecretMissing: {
    text: 'Entra ID 要求客户端密码，或不将该应用程序视为公共客户端。',
    fix: '请输入客户端密码，或在应用注册中允许公共客户端流。',
  },
  entraSecretWrong: {
    text: 'RADIUS 服务器的客户端密码错误。',
    fix: '请在 Entra ID 中创建客户端密码，并输入其值，而不是其 ID。',
  },
  entraSecretExpired: {
    text: 'RADIUS 服务器的客户端密码已过期。',
    fix: '请在 Entra ID 中创建客户端密码，并输入其值。',
  },
  entraSecretUnexpected: {
    text: '该应用程序是公共客户端，Entra ID 不接受其客户端密码。',
    fix: '请从 RADIUS 服务器的设置中移除客户端密码。',
  },
  entraApplicationUnknown: {
    text: '租户中没有 RADIUS 服务器的应用程序。',
    fix: '请将应用程序 ID 和租户与应用注册进行核对。',
  },
  entraTenantUnknown: {
    text: '此颁发机构没有该租户。',
    fix: '请将租户和颁发机构与 Entra ID 的概述页进行核对。',
  },
  entraTenantShared: {
    text: '该应用程序只接受自己的租户，但设置指定了共享终结点，例如 common。',
    fix: '请输入租户的 ID。',
  },
  entraRequestRefused: { text: 'Entra ID 对所有用户拒绝该应用程序或请求。', fix: settingsFix },
  entraThrottled: {
    text: 'Entra ID 目前限制此应用程序的登录次数。',
    fix: '请等待；要减少登录次数，可以让 RADIUS 服务器将正确的密码记住几分钟。',
  },
  entraUnavailable: { text: 'Entra ID 出现暂时性故障。', fix: entraRecovers },
  entraTimeout: { text: 'Entra ID 没有及时响应。', fix: entraRecovers },
  entraBusy: { text: '同时等待 Entra ID 的登录过多。', fix: entraRecovers },
  entraSuspended: { text: '最近的登录因 Entra ID 的故障而失败，因此目前不询问 Entra ID。', fix: entraRecovers },
  entraUnreachable: { text: '无法连接到颁发机构。', fix: '请检查颁发机构、名称解析和此服务器的防火墙。' },
  entraForbidden: {
    text: '颁发机构具有内部地址，此服务器不得访问该地址。',
    fix: '服务器的操作员可以用 TANHUA_TARGETS_ALLOWED 允许它。',
  },
  entraRedirected: { text: '颁发机构将请求重定向。密码不会发送到其他地址。', fix: settingsFix },
  entraAnswerInvalid: {
    text: '颁发机构的响应不是 Entra ID 会发送的内容。',
    fix: '请检查颁发机构，以及是否由代理代替其响应。',
  },
};
