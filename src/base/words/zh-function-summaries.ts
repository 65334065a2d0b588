/** What each function of the expression language does, in Chinese. The definitions of the functions have the English texts. */
export const zhFunctionSummaries: Readonly<Record<string, string>> = {
  Append: '将后缀附加到源值。Null 视为空字符串。',
  AppRoleAssignments: '以字符串列表的形式返回所有已分配角色的值。',
  AppRoleAssignmentsComplex:
    '以属性 roles 的对象列表的形式返回所有已分配的角色。预配会向目标添加角色，但从不移除角色。',
  AssertiveAppRoleAssignmentsComplex:
    '与 AppRoleAssignmentsComplex 相同，但预配会替换目标的角色：它会移除 Entra ID 没有的角色。',
  BitAnd: '返回两个数字的按位与：两者中都已设置的位。',
  CBool: '将值转换为布尔值：True 和不为零的数字为 True；Null 和空字符串为 False。参数可以是比较。',
  CDate: '将任何常见格式的日期转换为 UTC，格式为 M/d/yyyy h:mm:ss tt。没有时区的日期视为 UTC。对于 Null 返回 Null。',
  Coalesce: '返回第一个不为 Null 的参数，因此最后一个参数是默认值。空字符串不是 Null。',
  ConvertToBase64: '将源值编码为 UTF-16（小端，即 .NET 的 Unicode 编码），再编码为 Base64。对于 Null 返回 Null。',
  ConvertToUTF8Hex: '将源值编码为 UTF-8，并以两位大写十六进制数返回每个字节。对于 Null 返回 Null。',
  Count: '返回值的个数。',
  CStr: '将值转换为字符串。对于 Null 返回 Null。',
  DateAdd:
    '将若干个时间间隔加到日期上；如果数字为负，则减去。间隔为 yyyy、m、d、ww、h、n 和 s：年、月、日、周、小时、分钟和秒。日期为 Null 时返回 Null。',
  DateDiff:
    '返回从第一个日期到第二个日期的时间间隔数。年和月计算日历年或月变化的次数，周计算星期日的个数，其他间隔计算整单位数。任一日期为 Null 时返回 Null。',
  DateFromNum: '将 Active Directory 时间戳（自 1601 年起以 100 纳秒为单位计数）转换为日期。对于 Null 返回 Null。',
  DefaultDomain: '返回租户的默认域。',
  FormatDateTime:
    '按一种 .NET 格式解析日期，再按另一种格式输出，两者都使用固定区域性和 UTC。没有输入格式时，日期可以采用任何常见格式。Null 和空字符串原样返回。',
  Guid: '返回一个新的随机 GUID。',
  IgnoreAttributeFlow: '停止属性的流动，使目标保留其值。它通常不带括号，作为 IIF 或 Switch 的值使用。',
  IgnoreFlowIfNullOrEmpty: '返回该值。如果值为 Null 或为空，则属性不流动，目标保留其值。',
  IIF: '根据条件返回两个值之一。如果条件中的属性为 Null 或为空，则条件始终为 False：请用 Switch 或 Coalesce 处理这样的值。',
  InStr:
    '返回第二个字符串在第一个字符串中首次出现的位置，从 1 开始计数；没有出现则返回 0。vbTextCompare 忽略大小写；默认的 vbBinaryCompare 不忽略。',
  IsNothing: '与 IsNull 相同。',
  IsNull: '如果值为 Null（例如没有值的属性），则返回 True。空字符串不是 Null。',
  IsNullOrEmpty: '如果值为 Null 或空字符串，则返回 True。它与 IsPresent 相反。',
  IsPresent: '如果值既不是 Null 也不是空字符串，则返回 True。它与 IsNullOrEmpty 相反。',
  IsString: '如果值是单个字符串，而不是数字、布尔值、日期或列表，则返回 True。',
  Item: '返回某个位置（从 1 开始计数）的值；没有则返回 Null。',
  Join: '用分隔符将多个值（包括列表的元素）联接成一个字符串。Null 和空值会被省略，也不留分隔符。',
  Left: '返回字符串开头的若干个字符；如果数字为负，则返回全部字符。Null 视为空字符串。',
  Mid: '从起始位置（从 1 开始计数）返回若干个字符。如果字符串提前结束，则返回较少的字符。Null 视为空字符串。',
  NormalizeDiacritics:
    '按 Microsoft 的对照表将带变音符号的字母替换为普通字母：ë 变为 e，æ 变为 ae，ø 变为 oe，ß 变为 ss。对于 Null 返回 Null。',
  Not: '对于 True 返回 False，对于其他任何值返回 True。',
  Now: '返回当前的 UTC 日期和时间。',
  NumFromDate:
    '将日期转换为 Active Directory 时间戳（如 accountExpires）：自 1601 年起以 100 纳秒为单位的数。对于 Null 返回 Null。',
  PCase:
    '将每个单词的首字母转换为大写，其余字母转换为小写。单词以空格、标点和符号分隔，或者仅以给定的字符分隔。对于 Null 返回 Null。',
  Prepend: '在源值前添加前缀。Null 视为空字符串。',
  RandomString:
    '返回由随机字符组成的字符串，最多 256 个字符。它至少包含每一种类的给定数量。其余字符属于最小值不为 0 的种类；如果所有最小值都为 0，则属于所有种类。',
  Redact: '原样返回值，但预配日志中显示 [Redact] 而不是该值。',
  RemoveDuplicates: '移除重复的值，每个值只保留第一个。比较区分大小写。',
  Replace:
    '替换字符串的一部分。给定的参数决定替换方式。Find 和 Replacement：替换 Find 的每次出现。Find 和 Template：返回模板，其中 Find 的每次出现都替换为源值。RegularExpression 和 Replacement：替换每个匹配项；替换内容可以包含 ${name} 和 $1。加上 RegularExpressionGroupName：只替换该组的文本。加上 RegularExpressionGroupName 和 ReplacementPropertyName：返回源值；如果源值为空，则返回该属性中组的文本。Replace 区分大小写。',
  SelectUniqueValue:
    '返回第一个目标中还没有的值。它必须是整个表达式。Entra ID 仅在从 Workday、SuccessFactors 和预配 API 预配到 Active Directory 时支持它，不支持用于 SCIM。',
  SingleAppRoleAssignment: '返回已分配角色的值。如果分配了多个，则返回第一个；如果没有分配，则返回 Null。',
  Split: '在分隔符处拆分字符串。各部分两侧的空白会被移除，空的部分会被省略。对于 Null 返回 Null。',
  StripSpaces: '移除源值中的所有空格。对于 Null 返回 Null。',
  Switch:
    '返回第一个等于源值的键之后的值；否则返回默认值；没有默认值则返回 Null。默认值之后的参数交替为键和值。比较区分大小写。为 Null 或为空的源值等于键 ""。',
  ToLower: '将源值转换为小写；如果给定了区域性（例如 tr-TR），则按其规则转换。对于 Null 返回 Null。',
  ToUpper: '将源值转换为大写；如果给定了区域性（例如 tr-TR），则按其规则转换。对于 Null 返回 Null。',
  Word: '返回某个位置（从 1 开始计数）的单词；没有则返回空字符串。Delimiters 中的每个字符都分隔单词。',
};
