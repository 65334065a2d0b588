/**
 * The Chinese of texts that are parameters of reasons. Events store them in English, so that programs read the same in every language; a text
 * that is not listed stays as it is.
 */
const fragments: Readonly<Record<string, string>> = {
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
  empty: '空',
  'name the users in models': '请在 models 中指定用户',
  'must not consist only of blanks': '不能只包含空白',
  'the file is empty; its first line must name the columns, such as username,email':
    '文件是空的；第一行必须是列的名称，例如 username,email',
  'email is required': 'email 是必需的',
  'cannot be turned off: send true, or omit it': '不能关闭：请发送 true，或省略它',
};

/** Texts with values, such as `must have at most 200 characters`. */
const patterns: readonly (readonly [RegExp, (...values: readonly string[]) => string])[] = [
  [
    /^must have at (?<bound>most|least) (?<limit>\d+) characters?$/,
    (bound, limit) => `${counts[bound ?? '']} ${limit} 个字符`,
  ],
  [
    /^must have at (?<bound>most|least) (?<limit>\d+) entr(?:y|ies)$/,
    (bound, limit) => `${counts[bound ?? '']} ${limit} 个条目`,
  ],
  [/^must be at (?<bound>most|least) (?<limit>\S+)$/, (bound, limit) => `${bounds[bound ?? '']} ${limit}`],
  [
    /^must be one of (?<values>.+), or several of them with commas between them$/,
    (values) => `必须是以下值中的一个，或用逗号分隔的多个：${values}`,
  ],
  [/^must be one of (?<values>.+)$/, (values) => `必须是以下值之一：${values}`],
  [
    /^must be (?<wanted>.+), not (?<given>.+)$/,
    (wanted = '', given = '') => `必须是${chinese(wanted)}，而不是${chinese(given)}`,
  ],
  [
    /^must be (?<bound>more|less) than (?<limit>\S+)$/,
    (bound, limit) => `必须${bound === 'more' ? '大于' : '小于'} ${limit}`,
  ],
  [/^must be a multiple of (?<divisor>\S+)$/, (divisor) => `必须是 ${divisor} 的倍数`],
  [/^must be of the form (?<form>.+)$/, (form) => `必须符合格式 ${form}`],
  [/^must be (?<wanted>.+)$/, (wanted = '') => `必须是${chinese(wanted)}`],
  [/^has the unknown fields? (?<names>.+)$/, (names) => `有未知的字段 ${names}`],
  [/^has the character (?<name>U\+\S+), which is invisible$/, (name) => `包含不可见的字符 ${name}`],
];

const counts: Readonly<Record<string, string>> = { most: '最多只能有', least: '至少要有' };
const bounds: Readonly<Record<string, string>> = { most: '不能大于', least: '不能小于' };

/** Returns a parameter of a reason in Chinese; as it is if it has no Chinese. */
export function chinese(text: string): string {
  const known = Object.hasOwn(fragments, text) ? fragments[text] : undefined;
  if (known !== undefined) return known;
  // The requirements of several alternatives (`schema-messages.ts`).
  const alternatives = text.split(/, or (?=must |has |cannot |is )/);
  if (alternatives.length > 1) return alternatives.map(chinese).join('，或者');
  for (const [pattern, write] of patterns) {
    const groups = pattern.exec(text)?.groups;
    if (groups !== undefined) return write(...Object.values(groups));
  }
  return text;
}
