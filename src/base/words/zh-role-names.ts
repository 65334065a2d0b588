/** The names of the built-in roles in Chinese. The API and the command line have only the English ones. */
export const zhRoleNames: Readonly<Record<string, string>> = {
  'Administrator With Billing': '含计费的管理员',
  Administrator: '管理员',
  Manager: '主管',
  'Help Desk': '支持人员',
  'Command Runner': '命令执行者',
  'Read Only': '只读',
  'Billing Only': '仅计费',
};

/** Returns the name of a role in Chinese. A custom role keeps the name that its organization gave it. */
export function roleInChinese(name: string): string {
  return Object.hasOwn(zhRoleNames, name) ? (zhRoleNames[name] ?? name) : name;
}
