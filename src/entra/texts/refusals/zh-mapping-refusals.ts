import { chinese } from '#base/reasons/zh/fragments.ts';
import { text } from '#base/words/chinese.ts';
import type { Shape } from '#base/words/language.ts';
import type { mappingRefusals } from './mapping-refusals.ts';

/** What is wrong with a synchronization schema, in Chinese. */
export const zhMappingRefusals: Shape<typeof mappingRefusals> = {
  invalid: (problems, more) => `同步架构无效：${problems.join('')}${more > 0 ? text`还有${more}个问题。` : ''}`,
  problem: (path, message) => (path.endsWith('）') || message.startsWith('（') ? path + message : `${path} ${message}`),
  document: (names) => `文档（${names}）`,
  shape: (reason) => `${chinese(reason)}。`,
  tooLong: (length, max) => text`同步架构有${length}个字符；上限为${max}。请在 directories 中移除没有映射使用的对象。`,
  fileTooLong: (length, max) => text`文件有${length}个字符；上限为${max}。`,
  notJson: (reason) => `同步架构不是 JSON：${reason}。`,
  noMapping: '没有对象映射：不会预配任何内容。',
  mapsTwice: (type) => `映射 ${type}，而另一个映射已映射它：请移除其中一个。`,
  sourceType: (name) => `为 ${name}；必须是 "User" 或 "Group"。`,
  missingObject: (name) => `为 ${name}，而规则的目录中没有它：请将它添加到 directories。`,
  action: (name) => `包含 ${name}；必须是 "None"，或 "Add"、"Update" 和 "Delete" 的列表。`,
  inList: (fault) => `的列表中有无效的属性：${fault}。`,
  anchors: (count) => text`的列表中有${count}个 anchor 为 true 的属性；必须正好有一个。`,
  attributeTwice: (name) => `的列表中 ${name} 出现了两次；请移除其中一个。`,
  readOnly: (name) => `为 ${name}，而它由目标自行设置：请移除该映射。`,
  matching: (priority, name) => text`为${priority}，但 ${name} 有多个值或是引用：请用其他属性匹配。`,
  ofTarget: (name, fault) => `（${name}）：${fault}`,
  unknownTarget: (name, near) =>
    `为 ${name}，而目标没有该属性：${near === undefined ? '请先将它添加到目标的属性列表' : `可能是指 ${near}`}。`,
  unusableSource: (name) => `Entra ID 不允许将 ${name} 用作映射的源。`,
  matchesAll: '匹配属性的映射必须读取源的属性：否则每个对象都会匹配。',
  referenceInExpression: (name) => `${name} 引用其他对象；只有“直接”映射可以读取此类属性。`,
  needsReference: (names) => `目标是引用，因此源也必须是引用：${names}。`,
  notReference: (name, type) => `${name} 引用其他对象，但目标的类型为 ${type}。`,
  severalRoles: 'AppRoleAssignmentsComplex 返回多个值，但目标只有一个：请使用 SingleAppRoleAssignment，或映射 roles。',
  targetTwice: (name) => `为 ${name}，而它已是另一个映射的目标：请移除其中一个。`,
  priorityTwice: (priority, one, other) => text`对 ${one} 和 ${other} 均为${priority}：请分别指定不同的匹配优先级。`,
  noMatching: '没有匹配属性：请将其中一个映射（例如 userName 的映射）的 matchingPriority 设为 1。',
  otherFilters: '不受支持，忽略它会使过多的对象进入范围：请改用 "groups"。',
  emptyFilter: '为空：请移除该筛选器，或添加子句。',
  customAttributes: {
    name: (name, type) =>
      `${name} 不是 SCIM 属性，而自定义属性的名称必须为 urn:ietf:params:scim:schemas:extension:NAME:2.0:${type}:ATTRIBUTE`,
    severalValues: (name) => `${name} 不能有多个值：Entra ID 不支持多值的自定义属性`,
    reference: (name) => `${name} 不能是引用：Entra ID 不支持将引用用作自定义属性`,
  },
  mapsOther: (mapping, object) => `映射 ${mapping} 映射 ${object}；它必须映射 User 或 Group。`,
  value: (name, value, type, rule) =>
    `${name} 的映射得出 ${value}，但该属性的类型为 ${type}：${rule}。请更正源，或在表达式中转换它。`,
  flagRule: '必须是 "True" 或 "False"',
  integerRule: (max) => text`必须是不大于${max}的整数`,
};
