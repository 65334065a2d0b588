import { text } from '../../words/chinese.ts';

/**
 * The Chinese of texts that are parameters of reasons. Events store them in English, so that programs read the same in every language; a text
 * that is not listed stays as it is.
 */
export const fragments: Readonly<Record<string, string>> = {
  'a boolean': '布尔值',
  'a string': '字符串',
  'a number': '数字',
  'an integer': '整数',
  'a list': '列表',
  'an object': '对象',
  'a text': '文本',
  'a date and time': '日期和时间',
  'something else': '其他内容',
  null: 'null',
  'The public key': '公钥',
  'is missing': '缺失',
  'is not valid': '无效',
  'must not be empty': '不能为空',
  'cannot be given': '不能提供',
  'is not base64': '不是 base64',
  'contains the character NUL': '包含字符 NUL',
  'the filter does not end': '筛选器没有结束',
  'quotation mark': '引号',
  backslash: '反斜杠',
  suspended: '已停用',
  staged: '待激活',
  deleted: '已删除',
  inactive: '处于非活动状态',
  'true or false': 'true 或 false',
  'a whole number': '整数',
  'a date': '日期',
  'an email address': '电子邮件地址',
  'a URL such as https://directory.example.com': 'URL，例如 https://directory.example.com',
  'a date and time such as 2026-01-31T18:00:00Z (RFC 3339)': '日期和时间，例如 2026-01-31T18:00:00Z（RFC 3339）',
  'a date such as 2026-01-31': '日期，例如 2026-01-31',
  'is not a field of this request': '不是此请求的字段',
  'must not have control characters': '不能包含控制字符',
  'must be one line': '必须是一行',
  'must have either ids or query': '必须有 ids 或 query 之一',
  'is allowed only with query': '只能与 query 一起使用',
  'is required in the first request for a query': '在查询的第一个请求中是必需的',
  'a time zone such as UTC or Europe/Berlin': '时区，例如 UTC 或 Europe/Berlin',
  'an email address, or empty for none': '电子邮件地址，或留空',
  'an id of 24 hexadecimal digits': '24 位十六进制数字的 ID',
  'a language such as en or de-CH, or empty if it is not known': '语言，例如 en 或 de-CH；未知时留空',
  'is allowed only with the state ACTIVATED': '只能与状态 ACTIVATED 一起使用',
  'is allowed only for one user and the state ACTIVATED': '只能用于一个用户且状态为 ACTIVATED',
  'is not a field of a user': '不是用户的字段',
  'must be empty': '必须留空',
  'name the users in models': '请在 models 中指定用户',
  'must not consist only of blanks': '不能只包含空白',
  'the file is empty; its first line must name the columns, such as username,email':
    '文件是空的；第一行必须是列的名称，例如 username,email',
  'email is required': 'email 是必需的',
  'must be an http or https URL, such as https://HOST/scim/v2/?aadOptscim062020':
    '必须是 http 或 https 的 URL，例如 https://HOST/scim/v2/?aadOptscim062020',
  'must not contain credentials: save them as secrets': '不能包含用户名或密码：请将它们作为机密保存',
  'must not contain #': '不能包含 #',
  'must be one email address': '必须是一个电子邮件地址',
  'must not be empty; leave it out if there is none': '不能为空；如果没有，请省略',
  'may contain only printable ASCII characters, and must not begin or end with a space':
    '只能包含可打印的 ASCII 字符，且首尾不能是空格',
  'must be STATIC: members are added individually, not by a query': '必须是 STATIC：成员逐个添加，而不是通过查询添加',
  'cannot be changed here: use PATCH servicePrincipals/{id}': '不能在此处更改：请使用 PATCH servicePrincipals/{id}',
  'cannot be changed here: change the schedule of the job': '不能在此处更改：请更改作业的计划',
  'cannot be turned off: send true, or omit it': '不能关闭：请发送 true，或省略它',
};

/** Texts with values, such as `must have at most 200 characters`. A pattern returns undefined if one of its values has no Chinese. */
const patterns: readonly (readonly [RegExp, (...values: readonly string[]) => string | undefined])[] = [
  [
    /^must have at (?<bound>most|least) (?<limit>\d+) characters?$/,
    (bound = '', limit = '') => text`${counts[bound] ?? ''}${limit}个字符`,
  ],
  [
    /^must have at (?<bound>most|least) (?<limit>\d+) entr(?:y|ies)$/,
    (bound = '', limit = '') => text`${counts[bound] ?? ''}${limit}个条目`,
  ],
  [/^must be at (?<bound>most|least) (?<limit>\S+)$/, (bound = '', limit = '') => text`${bounds[bound] ?? ''}${limit}`],
  [
    /^must be a whole number from (?<least>\S+) to (?<most>\S+)$/,
    (least = '', most = '') => text`必须是${least}到${most}的整数`,
  ],
  [
    /^must be the secret itself: (?<mask>\S+) only represents a saved secret$/,
    (mask) => `必须是机密本身：${mask} 只代表已保存的机密`,
  ],
  [
    /^must be one of (?<values>.+), or several of them with commas between them$/,
    (values) => `必须是以下值中的一个，或用逗号分隔的多个：${values}`,
  ],
  [/^must be one of (?<values>.+)$/, (values) => `必须是以下值之一：${values}`],
  [
    /^must be (?<wanted>.+), not (?<given>.+)$/,
    (...values) => {
      const [wanted, given] = values.map(valueInChinese);
      return wanted === undefined || given === undefined ? undefined : text`必须是${wanted}，而不是${given}`;
    },
  ],
  [
    /^must be (?<bound>more|less) than (?<limit>\S+)$/,
    (bound, limit = '') => text`必须${bound === 'more' ? '大于' : '小于'}${limit}`,
  ],
  [/^must be a multiple of (?<divisor>\S+)$/, (divisor) => `必须是 ${divisor} 的倍数`],
  [/^must be of the form (?<form>.+)$/, (form) => `必须符合格式 ${form}`],
  [
    /^must be (?<wanted>.+)$/,
    (wanted = '') => {
      const value = valueInChinese(wanted);
      return value === undefined ? undefined : text`必须是${value}`;
    },
  ],
  [/^has the unknown fields? (?<names>.+)$/, (names) => `有未知的字段 ${names}`],
  [/^has the character (?<name>U\+\S+), which is invisible$/, (name) => `包含不可见的字符 ${name}`],
];

const counts: Readonly<Record<string, string>> = { most: '最多只能有', least: '至少要有' };
const bounds: Readonly<Record<string, string>> = { most: '不能大于', least: '不能小于' };

/** Returns a value of a pattern: one word stays as it is, such as a number. Returns undefined for several words that have no Chinese. */
function valueInChinese(value: string): string | undefined {
  if (Object.hasOwn(fragments, value)) return fragments[value];
  return /^\S+$/.test(value) ? value : undefined;
}

/** Returns a parameter of a reason in Chinese; as it is if it has no Chinese. */
export function chinese(parameter: string): string {
  const known = Object.hasOwn(fragments, parameter) ? fragments[parameter] : undefined;
  if (known !== undefined) return known;
  // The requirements of several alternatives (`schema-messages.ts`).
  const alternatives = parameter.split(/, or (?=must |has |cannot |is )/);
  if (alternatives.length > 1) return alternatives.map(chinese).join('；或者');
  for (const [pattern, write] of patterns) {
    const groups = pattern.exec(parameter)?.groups;
    if (groups !== undefined) return write(...Object.values(groups)) ?? parameter;
  }
  return parameter;
}
