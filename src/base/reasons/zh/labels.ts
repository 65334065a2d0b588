import { labelOf } from '../field-names.ts';

/** The labels of the portal in Chinese, by the label in English. */
const labels: Readonly<Record<string, string>> = {
  Username: '用户名',
  'Company Email': '公司邮箱',
  'First Name': '名字',
  'Middle Name': '中间名',
  'Last Name': '姓氏',
  'Display Name': '显示名称',
  'Job Title': '职务',
  Location: '区域设置',
  'Employee Type': '员工类型',
  Department: '部门',
  'Cost Center': '成本中心',
  Company: '公司',
  'Employee ID': '员工 ID',
  Manager: '经理',
};

/** Returns the portal label of a REST field in Chinese, such as 名字 for `firstname`. */
export function labelInChinese(field: string): string {
  return inChinese(labelOf(field));
}

/** Returns a portal label in Chinese; the label itself if it has none. */
export function inChinese(label: string): string {
  return Object.hasOwn(labels, label) ? (labels[label] ?? label) : label;
}
