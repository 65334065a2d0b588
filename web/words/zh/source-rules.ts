import type { Words } from '../en.ts';
import { text } from '#base/words/chinese.ts';

const yesNo = (on: string, off: string) => ({ true: on, false: off }) as const;

export const sourceRules: Words['sources']['rules'] = {
  title: '此数据源的规则',
  help: '从保存的那一刻起，每条规则都会应用于此数据源的请求。已存储的内容不会更改。',
  readOnly: '你的角色可以读取规则。角色“管理员”和“含计费的管理员”可以更改规则。',
  preset: '将所有规则设为',
  presets: { strict: '严格', standard: '标准' },
  is: {
    strict: '这些是“严格”预设的规则。',
    standard: '这些是“标准”预设的规则。',
    own: '这些规则不属于任何预设。',
  },
  changed: (rules) => text`已更改${rules}条规则，尚未保存`,
  save: (rules) => text`保存${rules}条规则`,
  saved: '已保存。从现在起，规则应用于所有请求。',
  alreadySet: (names) => `无需更改：规则${names.map((name) => `“${name}”`).join('')}的值已经是此链接建议的值。`,
  discard: '放弃更改',
  was: (value) => `现在：${value}`,
  preview: '这会影响哪些人员？',
  previewing: '正在评估保留的请求…',
  previewNone: (evaluated, period) => text`在${period}的${evaluated}个请求中，没有请求会得到不同的结果。`,
  previewEmpty: '没有保留此数据源可供评估的写入请求，因此无法提前显示影响。',
  previewSome: (people, groups, period, kinds) => {
    const changed =
      groups === 0 ? text`${people}人` : people === 0 ? text`${groups}个组` : text`${people}人和${groups}个组`;
    return text`根据${period}的请求，${changed}会得到不同的结果：${kinds}。`;
  },
  kind: {
    accepted: (changed) => text`${changed}个改为接受`,
    refused: (changed) => text`${changed}个改为拒绝`,
    effect: (changed) => text`${changed}个仍接受，但效果不同`,
    reason: (changed) => text`${changed}个仍拒绝，但原因不同`,
  },
  period: (from, to) => text`${from}至${to}`,
  previewPartial: '还有更早的请求未在预览中评估，因此可能会影响更多人员。',
  previewSkipped: (requests, reason) => text`无法评估${requests}个请求：${reason}。`,
  previewMore: (more) => text`以及另外${more}个`,
  previewForbidden: '你的角色不能读取请求，因此无法提前显示影响。',
  current: '现在',
  nowDecided: '按现在的规则',
  thenDecided: '按新规则',
  unnamed: '无名称',
  section: { people: '人员', groups: '组', actions: '数据源可执行的操作', form: '请求的形式' },
  rule: {
    userName: {
      name: '用户名',
      values: {
        username: '用户名以字母开头，只包含字母、数字、“.”、“_”和“-”。拒绝电子邮件地址。',
        any: '用户名可以是任何文本，也可以是电子邮件地址。此时取“@”之前的部分作为用户名。',
      },
    },
    email: {
      name: '电子邮件',
      values: {
        required: '每个人都需要主电子邮件；没有时拒绝请求。',
        optional: '不要求电子邮件。如果未发送，而用户名是地址，则使用该地址。',
      },
    },
    emailFormat: {
      name: '电子邮件的格式',
      values: yesNo(
        '主电子邮件必须是地址的形式；拒绝其他文本。',
        '任何文本都可存储为电子邮件。邮件只发送到有效的地址。',
      ),
    },
    emailUnique: {
      name: '共用的电子邮件',
      values: yesNo('如果另一个人有相同的主电子邮件，则拒绝。', '多个人可以共用一个电子邮件，此时使用用户名登录。'),
    },
    employeeNumberUnique: {
      name: '共用的员工 ID',
      values: yesNo('如果另一个人有相同的员工 ID，则拒绝。', '多个人可以共用一个员工 ID，例如有第二个帐户的管理员。'),
    },
    inactiveOnCreate: {
      name: '非活动人员',
      values: {
        refuse: '不创建在数据源中处于非活动状态的人员。',
        suspend: '创建在数据源中处于非活动状态的人员，并将其停用。',
      },
    },
    newUserState: {
      name: '新人员的状态',
      values: {
        ACTIVATED: '新人员立即激活。',
        STAGED: '新人员处于待激活状态：在管理员激活之前，没有任何访问权限。',
      },
    },
    activationMail: {
      name: '激活邮件',
      values: {
        never: '不向新人员发送邮件。',
        onCreate: '已激活的新人员会收到包含密码设置链接的邮件。',
        onActivate: '人员在创建时已激活，或在没有密码时被激活，会收到该邮件。',
      },
    },
    manager: {
      name: '经理',
      values: yesNo('存储经理，即使经理稍后才到达。', '忽略经理。'),
    },
    create: {
      name: '创建',
      values: yesNo('数据源可以创建人员和组。', '拒绝创建人员或组的请求。'),
    },
    update: {
      name: '更新',
      values: yesNo('数据源可以更改人员和组。', '拒绝更改人员或组的请求。'),
    },
    delete: {
      name: '删除',
      values: yesNo('数据源可以删除人员和组。', '拒绝删除人员或组的请求。'),
    },
    deleteAction: {
      name: 'DELETE 的作用',
      values: {
        delete: 'DELETE 删除人员，30 天内可以还原。',
        suspend: 'DELETE 停用人员，人员仍在目录中。',
      },
    },
    adopt: {
      name: '已在目录中的人员',
      values: {
        never: '对于不是由数据源创建的人员和组，数据源不能成为其管理方。',
        unmanaged: '对于没有数据源的人员和组（例如手动创建的），数据源成为其管理方。',
        any: '对于其他数据源的人员和组，数据源也成为其管理方。',
      },
    },
    groups: {
      name: '组',
      values: yesNo('支持组。', '不支持组：组的列表为空，因此“测试连接”仍会成功。'),
    },
    groupNameUnique: {
      name: '相同的组名称',
      values: yesNo('如果另一个组有相同的名称，则拒绝。', '多个组可以有相同的名称。'),
    },
    unknownMembers: {
      name: '不在目录中的成员',
      values: {
        refuse: '拒绝添加不存在的成员的请求。',
        defer: '记录尚不存在的成员，并在其到达后加入组。',
      },
    },
    unknownAttributes: {
      name: '未知属性',
      values: {
        ignore: '忽略没有架构定义的属性，并在事件中列出。',
        reject: '拒绝包含没有架构定义的属性的请求。',
      },
    },
    schemas: {
      name: '属性“schemas”',
      values: {
        any: '不检查请求的 schemas 属性。',
        patch: 'PATCH 必须指定 PatchOp 架构，且不能指定其他架构。',
        required: '每个请求都必须指定其架构，且不能指定未知架构。',
      },
    },
  },
};
