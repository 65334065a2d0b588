import { quote } from '#base/errors.ts';
import { text } from '#base/words/chinese.ts';
import { inScim, sameAdvice, type Advice } from '../reason.ts';
import { ruleCommand } from '../user-reasons.ts';
import { sourceOf, usualSources, type valueReasons } from '../value-reasons.ts';
import { chinese } from './fragments.ts';
import type { ReasonTexts } from './shape.ts';

function valueAdvice(scim: string, what: string): Advice {
  return sameAdvice(text`请发送${what}。`, {
    scim,
    csv: text`请更正单元格：${what}。`,
    portal: text`请输入${what}。`,
  });
}

function listed(names: readonly string[], count: number): string {
  return `${names.join('、')}${count > names.length ? text`以及另外${count - names.length}个` : ''}`;
}

const unknownNames: ReasonTexts<'attributesUnknown'>['attributesUnknown'] = {
  says: ({ names, count }) => text`目录不支持${listed(names, count)}，而此数据源的规则拒绝不支持的属性。`,
  advice: ({ names, count, integration }) =>
    inScim(
      text`请在 Entra ID 中删除${listed(names, count)}的映射；或忽略不支持的属性：${ruleCommand(integration, 'unknownAttributes', 'ignore')}。`,
    ),
};

export const zhValueReasons: ReasonTexts<keyof typeof valueReasons> = {
  valueOfWrongType: {
    says: ({ attribute, wanted, sent, isListForOne }, nameOf) =>
      text`${nameOf(attribute)}必须是${chinese(wanted)}，但发送的是${chinese(sent)}${isListForOne ? '，而它只能有一个值' : ''}。`,
    advice: ({ attribute, wanted }) =>
      valueAdvice(text`请在 Entra ID 中更正${attribute}的映射，使其产生${chinese(wanted)}。`, chinese(wanted)),
  },
  schemaNotObject: {
    says: ({ urn, sent }) => text`${urn}必须是由属性组成的对象，但发送的是${chinese(sent)}。`,
    advice: ({ urn }) => inScim(`请在 Entra ID 中映射到此架构的属性，例如 ${urn}:department。`),
  },
  valueNotAllowed: {
    says: ({ attribute, value, fault }, nameOf) =>
      text`${nameOf(attribute)}${value === undefined ? '' : ` ${quote(value)}`} ${chinese(fault)}。`,
    advice: ({ attribute }) => valueAdvice(text`请更正源中的值，或 Entra ID 中${attribute}的映射。`, '有效的值'),
  },
  valueTooLong: {
    says: ({ attribute, length, limit }, nameOf) => text`${nameOf(attribute)}有${length}个字符，但最多允许${limit}个。`,
    advice: ({ attribute, limit }) =>
      valueAdvice(
        `请缩短源中的值；或在 Entra ID 中将表达式 Left([${sourceOf(attribute)}], ${limit}) 映射到 ${attribute}。`,
        text`最多${limit}个字符的值`,
      ),
  },
  tooManyValues: {
    says: ({ attribute, count, limit }, nameOf) => text`${nameOf(attribute)}有${count}个值，但最多允许${limit}个。`,
    advice: ({ attribute, limit }) => valueAdvice(text`请减少${attribute}的值。`, text`最多${limit}个值`),
  },
  severalPrimary: {
    says: ({ attribute, count }, nameOf) =>
      text`${nameOf(attribute)}有${count}个值的 primary 为 true，但最多只能有一个主要值。`,
    advice: () => valueAdvice('请在 Entra ID 中只映射一种类型的子属性 primary。', '只有一个值的 primary 为 true'),
  },
  attributeMissing: {
    says: ({ attribute }, nameOf) => text`${nameOf(attribute)}是必需的，但它缺失或为空。`,
    advice: ({ attribute }) => {
      const usual = Object.hasOwn(usualSources, attribute) ? usualSources[attribute] : undefined;
      const example = usual === undefined ? '' : `（通常为 ${usual.replace(' or ', ' 或 ')}）`;
      return sameAdvice('请为其发送值。', {
        scim: text`请在 Entra ID 中将始终有值的属性映射到${attribute}${example}，或为其映射设置默认值。`,
        csv: '请填写此列。',
        portal: '请填写。',
      });
    },
  },
  requiredRemoved: {
    says: ({ attribute, path, resource }) =>
      text`不能移除${attribute}（路径 ${quote(path)}）：每个${resource}都必须有一个。`,
    advice: ({ attribute }) => inScim(text`请在 Entra ID 中将始终有值的属性映射到${attribute}。`),
  },
  attributeReadOnly: {
    says: ({ attribute, operation }) =>
      text`不能更改${attribute}${operation === undefined ? '' : `（${operation}）`}：它由目录设置。`,
    advice: ({ attribute }) => inScim(text`请在 Entra ID 中删除${attribute}的映射。`),
  },
  attributesUnknown: unknownNames,
  pathsUnknown: unknownNames,
  pathInvalid: {
    says: ({ path, fault }) => text`路径 ${quote(path)} 无效：${chinese(fault)}。`,
    advice: () => inScim('请更正 Entra ID 中映射的目标属性。'),
  },
  schemasInvalid: {
    says: ({ fault }) => text`schemas ${chinese(fault)}（RFC 7643 §3）。`,
    advice: ({ wanted, integration }) =>
      inScim(`请发送 ["${wanted}"]，或不检查 schemas：${ruleCommand(integration, 'schemas', 'any')}。`),
  },
};
