import { quote } from '#base/errors.ts';
import { text } from '#base/words/chinese.ts';
import {
  collidingAttributes,
  onlyOwner,
  ownersOf,
  restoreNames,
  shownName,
  type Collision,
  type conflictReasons,
  type Owner,
  type OwnerState,
  type Taken,
} from '../conflict-reasons.ts';
import { adviceAt, sameAdvice, type Interface, type NameOf } from '../reason.ts';
import { ruleCommand } from '../user-reasons.ts';
import { inChinese } from './labels.ts';
import type { ReasonTexts } from './shape.ts';

const kinds = { user: '用户', group: '组' } as const;
const states: Readonly<Record<OwnerState, string>> = {
  active: '',
  staged: '，该用户尚未激活',
  suspended: '，该用户已停用',
  passwordExpired: '，该用户因密码过期而处于非活动状态',
};
const verbs: Readonly<Record<Interface, string>> = {
  scim: '发送',
  rest: '发送',
  csv: '填写',
  commandLine: '提供',
  portal: '输入',
};
const list = new Intl.ListFormat('zh-CN', { type: 'conjunction' });

export const zhConflictReasons: ReasonTexts<keyof typeof conflictReasons> = {
  valuesTaken: {
    says: (taken, nameOf, at) => describeTaken(taken, nameOf, at),
    advice: (taken) => {
      const owner = onlyOwner(taken);
      return owner === undefined
        ? sameAdvice('')
        : adviceAt((at) => (at === 'portal' ? '' : adviceFor(taken, owner, at)));
    },
  },
};

function describeTaken(taken: Taken, nameOf: NameOf, at: Interface): string {
  const owners = ownersOf(taken);
  const all = owners.flatMap(({ collisions }) => collisions);
  const listOf = (collisions: readonly Collision[]) =>
    list.format(collisions.map(({ name, value }) => `${inChinese(shownName(name, nameOf, at))} ${quote(value)}`));
  if (taken.isByUser || at === 'portal') {
    return text`${listOf(all)} 已由另一个${kinds[taken.kind]}使用。${otherValues(at)}`;
  }
  const sentences = owners.map((owner) => {
    const { collisions, name, id, state } = owner;
    const fact = `${listOf(collisions)} 已由${kinds[taken.kind]} ${quote(name)}（ID ${id}）使用${states[state]}。`;
    return onlyOwner(taken) === undefined ? `${fact}${adviceFor(taken, owner, at)}` : fact;
  });
  const { deleted, deletedId, restorableUntil } = taken;
  if (deleted !== undefined) {
    sentences.push(
      `用户 ${quote(deleted)}（ID ${deletedId}）已被删除，在 ${restorableUntil} 之前可以还原：如果是同一个人，管理员可运行：tanhua user restore ${deletedId}。`,
    );
  }
  return sentences.join('');
}

function otherValues(at: Interface): string {
  return `请${verbs[at]}其他值。`;
}

function adviceFor({ kind, integration, isRestoring }: Taken, owner: Owner, at: Interface): string {
  const { collisions, state, id } = owner;
  if (isRestoring) return restoreAdvice(collisions, at);
  if (kind === 'group') return groupAdvice(integration, at);
  const isSuspended = state === 'suspended';
  if (at === 'scim') {
    const advice = sourceAdvice(collisions, integration);
    return isSuspended
      ? `${advice}如果此人被重新雇用，匹配即可：Entra ID 随后会发送 active true，从而激活已停用的用户。`
      : advice;
  }
  const advice = otherValues(at);
  return isSuspended
    ? `${advice}如果两者是同一个人，请改为激活该用户：PUT /api/systemusers/${id} {"state":"ACTIVATED"}。`
    : advice;
}

function restoreAdvice(collisions: readonly Collision[], at: Interface): string {
  const all = collisions.map(({ name }) => restoreNames[name]);
  const options = [...new Set(all.map(({ option }) => `${option} NEW`))].join(' ');
  const fields = [...new Set(all.map(({ field }) => field))].join('、');
  const names = at === 'commandLine' ? options : `随请求发送 ${fields}`;
  return `请先更改或删除该用户，或使用其他名称还原：${names}。`;
}

function sourceAdvice(collisions: readonly Collision[], integration: string | undefined): string {
  const known = collisions.map(({ name }) => collidingAttributes[name]);
  const [first = 'userName'] = collisions.map(({ name }) => name);
  const corrected = list.format([...new Set(known.map(({ source }) => `其他 ${source}`))]);
  if (first === 'username') {
    return `目录为另一个用户派生了此用户名：请为其中一个使用其他 userName${known.length === 1 ? '' : `和${corrected}`}。`;
  }
  const attribute = first === 'email' ? '电子邮件' : collidingAttributes[first].match;
  const match = text`如果两者是同一个人，请在 Entra ID 中按${attribute}匹配，以便更新现有用户`;
  const rules = known.flatMap((one) => ('rule' in one ? one.rule : []));
  // A userName is unique under all rules.
  if (rules.length < known.length) return `${match}；或为其中一个使用${corrected}。`;
  const [rule = '', ...others] = rules;
  const command = [ruleCommand(integration, rule, 'off'), ...others.map((other) => `${other}=off`)].join(' ');
  return `${match}；或为其中一个使用${corrected}；或允许用户共用：${command}。`;
}

function groupAdvice(integration: string | undefined, at: Interface): string {
  if (at !== 'scim') return `名称不区分大小写。${otherValues(at)}`;
  return `名称不区分大小写。Entra ID 按 displayName 匹配组：请重命名其中一个；或允许组使用相同的名称：${ruleCommand(integration, 'groupNameUnique', 'off')}。`;
}
