import { errorTable, type ErrorCode } from '#base/error-table.ts';
import { zhErrors } from '#base/words/zh-errors.ts';

/** A command that sets rules of an integration, as refusals name it. */
const command = /\btanhua integration set (?:NAME|"(?:[^"\\]|\\.)*"…?)(?: \w+=\w+)+/;

/**
 * Returns why a request was refused and what to do, in Chinese, for a refusal of which only the English message is stored: the texts of the
 * error, with the command that the message names, for which the console shows the page that does the same.
 *
 * @param code The code of the error, which another version may have recorded.
 */
export function refusalInChinese(code: string, message: string): { readonly text: string; readonly advice: string } {
  const isKnown = Object.hasOwn(errorTable, code);
  const { title, remedy } = isKnown ? zhErrors[code as ErrorCode] : { title: code, remedy: '' };
  const [rules] = command.exec(message) ?? [];
  return { text: `${title}。`, advice: rules === undefined ? remedy : `${remedy}做法：${rules}。` };
}
