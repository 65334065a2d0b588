import type { Words } from '../en.ts';
import { bytes, text } from '#base/words/chinese.ts';

export const form: Words['form'] = {
  password: '你的密码',
  passwordHelp: '此操作会给予访问权限或更改帐户的保护方式，因此请确认是你本人。',
  saved: '已保存。',
  meanwhile: (fields) => `在你开始输入之后，其他人更改了以下内容：${fields}。你输入的内容已保留，保存后会替换其更改。`,
  mappings: '映射和范围',
  useSaved: '显示已保存的内容',
  file: {
    tooLarge: (size, sizeMax) =>
      text`该文件大小为${bytes(size)}，而导入最多接受${bytes(sizeMax)}。请拆分该文件，或使用命令行导入。`,
    notUtf8: '该文件不是 UTF-8 编码。请将其另存为 UTF-8（在 Excel 中：“另存为”→“CSV UTF-8”）。',
  },
};
