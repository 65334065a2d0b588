import { chinese } from '../reasons/zh/fragments.ts';
import { text } from './chinese.ts';
import type { Shape } from './language.ts';
import type { schemaFaults } from './schema-faults.ts';

/** The faults of custom schemas in Chinese. */
export const zhSchemaFaults: Shape<typeof schemaFaults> = {
  invalid: (place, fault) => `${place}：${fault}。请使用 /Schemas 返回的格式（RFC 7643 §7）。`,
  wholeSchema: '架构',
  unreadable: '无法读取',
  ofField: (fault) => chinese(fault),
  name: '必须以字母开头，后跟字母、数字、“-”和“_”',
  mutability: '必须是“readWrite”、“immutable”或“writeOnly”：“readOnly”属性不会有值',
  uniqueness: '必须是“none”：只有标准架构的属性可以是唯一的',
  subType: (types) => `必须是 ${types} 之一：子属性不能有子属性`,
  urn: '必须是 URN，例如 urn:contoso:scim:schemas:2.0:User',
  noAttribute: '必须至少有一个属性',
  isStandard: (id) => `为 ${id}，这是标准架构`,
  notComplex: (name, type) => `已为 ${name} 设置，但其类型为 ${type}：请将类型改为 complex`,
  subAttributesMissing: (name) => `缺失：${name} 的类型为 complex`,
  twice: (name) => `包含两个 ${name}；不区分大小写`,
  forbiddenName: (name) => `为 ${name}，不能用作属性的名称`,
  writeOnlyReturned: (returned) => `为“${returned}”，但从不返回 writeOnly 属性：请将“returned”改为“never”`,
  notReference: (name, type) => `已为 ${name} 设置，但其类型为 ${type}：请将类型改为 reference，或省略 referenceTypes`,
  referenceTypesMissing: (name, choice) => `缺失：${name} 是引用，因此请列出它可以引用的类型（${choice}）`,
  unknownReferenceType: (type, choice) => `包含未知类型 ${type}：只能列出 ${choice}`,
  complexCanonical: (name) => `已为 ${name} 设置，但其类型为 complex：请为它的某个子属性设置`,
  wrongCanonical: (value, type) => `包含 ${value}，它不是 ${type} 类型的值`,
  sharedType: (type, name, wanted) => `为 ${type}，但多值属性的 ${name} 为 ${wanted}（RFC 7643 §2.4）`,
  sharedMultiValued: (name) => text`为 true，但多值属性的${name}只有一个值（RFC 7643 §2.4）`,
};
