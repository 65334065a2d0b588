import { chinese } from '../reasons/zh/fragments.ts';
import { text } from './chinese.ts';
import type { fileMessages } from './file-messages.ts';
import type { Shape } from './language.ts';

const QUOTING = '如果单元格中有分隔符、换行或双引号，请将单元格放在双引号中，并将其中的每个双引号写两次。';
const AS_UTF8 = '另存为 UTF-8（在 Excel 中：另存为“CSV UTF-8”）';

/** What is wrong with an uploaded file, in Chinese. */
export const zhFileMessages: Shape<typeof fileMessages> = {
  charset: (name) => `文件的编码为 ${name}，此处不支持。请将它保存为 UTF-8，或以 windows-1252 发送。`,
  maybeWindows: (line, around) =>
    text`文件不是 UTF-8：第${line}行有无法解码为字符的字节。请将它${AS_UTF8}。如果该行的内容是 ${around}，则文件的编码为 Windows-1252：也可以用标头 Content-Type: text/csv; charset=windows-1252 发送它。`,
  notEncoding: (encoding) => `文件不是 ${encoding}：其中有无法解码为字符的字节。`,
  notWindows: '文件不是 windows-1252：其中有该编码没有定义的字节。',
  lostCharacter: (line) => text`第${line}行有字符 U+FFFD，它代替了某个程序无法解码的字节。请将文件${AS_UTF8}。`,
  tooFewCells: (line, cells, columns) =>
    text`第${line}行在第${cells}列之后结束：第一行有${columns}列的名称。${QUOTING}`,
  tooManyCells: (line, columns) => text`第${line}行在第${columns}列之后继续：第一行有${columns}列的名称。${QUOTING}`,
  quoteNotClosed: (line, column) =>
    text`第${column}列的一个单元格以双引号开头，而直到文件结束的第${line}行都没有结束它的双引号。${QUOTING}`,
  quoteInside: (line, column) => text`第${line}行，第${column}列：单元格不以双引号开头，其中却有双引号。${QUOTING}`,
  textAfterQuote: (line, column) => text`第${line}行，第${column}列：结束单元格的双引号之后还有内容。${QUOTING}`,
  recordTooLong: (line, column, max) => text`第${line}行，第${column}列：记录超过上限${max}字节。是否缺少双引号？`,
  notCsv: (line, column) => text`第${line}行，第${column}列：文件从此处起不是 CSV。${QUOTING}`,
  attributeWithoutName: (number) => `Attribute${number} 有值但没有名称`,
  attributeWithoutValue: (number) => `Attribute${number} 有名称但没有值`,
  row: (faults) => `${faults.join('；')}。`,
  fault: (field, fault) => `${field === '' ? '行' : field}：${chinese(fault)}`,
};
