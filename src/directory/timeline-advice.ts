import type { Language } from '#base/words/language.ts';
import { text } from '#base/words/chinese.ts';
import { SEND_AGAIN, SEND_AGAIN_ZH } from '#integrations/made-fixes.ts';

/** What to do about a person who is not in the directory, in one language. `name` is in quotation marks. */
interface AdviceWords {
  readonly deleted: (name: string, at: string, until: string, id: string) => string;
  readonly purged: (name: string, at: string) => string;
  readonly refused: (name: string, at: string, text: string) => string;
  readonly sendAgain: string;
  readonly unknown: (name: string, days: number) => string;
}

export const adviceWords: Readonly<Record<Language, AdviceWords>> = {
  en: {
    deleted: (name, at, until, id) =>
      `${name} was deleted at ${at}. Until ${until}, the user can be restored with POST /api/systemusers/${id}/restore, or with "tanhua user restore ${id}".`,
    purged: (name, at) =>
      `${name} was permanently removed at ${at}. If the identity source sends the user again, a new user is created.`,
    refused: (name, at, why) => `${name} is not in the directory, because the request at ${at} was refused: ${why}`,
    sendAgain: `After the correction, send the user again: ${SEND_AGAIN}`,
    unknown: (name, days) => `No source has sent the name ${name} in the last ${days} days.`,
  },
  zh: {
    deleted: (name, at, until, id) =>
      `${name} 已于 ${at} 删除。在 ${until} 之前，可以用 POST /api/systemusers/${id}/restore 或 tanhua user restore ${id} 还原该用户。`,
    purged: (name, at) => `${name} 已于 ${at} 永久移除。如果标识源重新发送该用户，会创建新用户。`,
    refused: (name, at, why) => `${name} 不在目录中，因为 ${at} 的请求被拒绝：${why}`,
    sendAgain: `更正后，请重新发送该用户：${SEND_AGAIN_ZH}`,
    unknown: (name, days) => text`最近${days}天没有数据源发送过名称 ${name}。`,
  },
};
