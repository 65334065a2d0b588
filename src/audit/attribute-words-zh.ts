import { text } from '#base/words/chinese.ts';
import type { AttributeParts } from './attribute-words.ts';

/** The names of attributes in Chinese, by the SCIM path without its schema URN, or by the field of the REST API. */
const words: Readonly<Record<string, string>> = {
  userName: '用户名',
  identityProvider: '标识提供者',
  methods: '方法',
  authorityUrl: '颁发机构 URL',
  tenant: '租户',
  clientId: 'Entra ID 中的应用程序 ID',
  clientSecret: '应用程序的机密',
  objectIdAttribute: '包含对象 ID 的属性',
  cacheSeconds: '重用检查结果的秒数',
  lockedAccounts: '已锁定的人员',
  expiredPasswords: '密码已过期的人员',
  network: '网络',
  isInsecure: '接受没有 Message-Authenticator 的数据包',
  sharedSecret: '共享机密',
  changeAt: '机密更改时间',
  radiusReplies: 'RADIUS 回复属性',
  username: '用户名',
  externalId: '外部 ID',
  id: 'ID',
  active: '活动',
  state: '状态',
  name: '名称',
  displayName: '显示名称',
  displayname: '显示名称',
  'name.formatted': '全名',
  'name.givenName': '名字',
  'name.familyName': '姓氏',
  'name.middleName': '中间名',
  'name.honorificPrefix': '称谓前缀',
  'name.honorificSuffix': '称谓后缀',
  firstname: '名字',
  lastname: '姓氏',
  middlename: '中间名',
  nickName: '昵称',
  profileUrl: '个人资料 URL',
  title: '职务',
  jobTitle: '职务',
  userType: '员工类型',
  employeeType: '员工类型',
  preferredLanguage: '首选语言',
  locale: '区域设置',
  location: '区域设置',
  timezone: '时区',
  employeeNumber: '员工 ID',
  employeeIdentifier: '员工 ID',
  costCenter: '成本中心',
  organization: '公司',
  company: '公司',
  division: '分部',
  department: '部门',
  manager: '经理',
  'manager.value': '经理',
  emails: '电子邮件',
  email: '电子邮件',
  alternateEmail: '备用邮箱',
  phoneNumbers: '电话号码',
  addresses: '地址',
  ims: '即时消息地址',
  photos: '照片',
  roles: '角色',
  role: '角色',
  entitlements: '权利',
  x509Certificates: '证书',
  groups: '组',
  members: '成员',
  attributes: '属性',
  description: '说明',
  password: '密码',
  password_expired: '密码已过期',
  integration: '管理方',
  confirmed: '管理方已确认',
  account_locked: '已锁定',
  suspended: '已停用',
  ssh_keys: 'SSH 密钥',
  public_key: '公钥',
  'mfa.exclusionUntil': '在此之前无需双重验证',
  kind: '邮件种类',
  recipient: '收件人',
  subject: '主题',
  answer: '邮件服务器的响应',
  next_attempt_at: '下次尝试',
  attempts: '尝试次数',
  rules: '规则',
  settings: '设置',
  expires_at: '过期时间',
  expiresAt: '过期时间',
  allowedIps: '允许的地址',
  auth_methods: '登录方法',
  language: '邮件的语言',
  template: '模板',
  chineseTemplate: '中文模板',
  restrictedFields: '受管理的字段',
};

const types: Readonly<Record<string, string>> = {
  work: '工作',
  home: '家庭',
  mobile: '移动',
  other: '其他',
  fax: '传真',
};

/** Returns the type of an element, such as `work`, in Chinese; the type itself if it has no Chinese. */
export function typeInChinese(type: string): string {
  const name = type.toLowerCase();
  return Object.hasOwn(types, name) ? (types[name] ?? type) : type;
}

/** Returns the name of an attribute in Chinese, by its parts (`attributeWords`). An attribute that is not in the table keeps its own name. */
export function attributeInChinese({ name, type, sub }: AttributeParts): string {
  const noun = nounOf(name);
  const whole = type === undefined ? noun : text`${typeInChinese(type)}${noun}`;
  return sub === undefined || sub === '' ? whole : text`${whole}的${nounOf(sub)}`;
}

function nounOf(name: string): string {
  return Object.hasOwn(words, name) ? (words[name] ?? name) : name;
}
