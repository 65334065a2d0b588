import type { Language } from '#base/words/language.ts';
import { text } from '#base/words/chinese.ts';
import { FAILED_MAIL_DAYS } from './attention-limits.ts';

/** The sentences about what needs attention, in one language. */
export interface AttentionWords {
  /** `example` is the first sentence of a refusal; undefined if the title says enough. */
  readonly refusals: (people: number, isOver: boolean, title: string, example: string | undefined) => string;
  readonly depends: (advice: string) => string;
  readonly silent: (name: string, since: string, minutes: number | null) => string;
  readonly silentAdvice: string;
  readonly key: (name: string, owner: string, days: number) => string;
  readonly keyAdvice: string;
  readonly mail: (emails: number, isMore: boolean) => string;
  readonly mailAdvice: (emails: number) => string;
  readonly waiting: (name: string, members: number) => string;
  readonly waitingAdvice: string;
}

const en: AttentionWords = {
  refusals: (people, isOver, title, example) => {
    const [one, several] = isOver ? ['was', 'were'] : ['is', 'are'];
    const subject = people === 1 ? `A person ${one}` : `${people} people ${several}`;
    return `${subject} refused: ${title}.${example === undefined ? '' : ` For example: ${example}`}`;
  },
  depends: (advice) => `What helps depends on the value. In this example: ${advice}`,
  silent: (name, since, minutes) =>
    `${name} has sent nothing since ${since}.${minutes === null ? '' : ` It usually sends requests every ${duration(minutes)}.`}`,
  silentAdvice:
    'Check there that provisioning is on, that its key has not expired, and that this server can be reached.',
  key: (name, owner, days) => `The key "${name}" of ${owner} expires ${inDays(days)}.`,
  keyAdvice: 'Rotate it: the new key works next to the old one until the overlap ends.',
  mail: (emails, isMore) => {
    const subject = emails === 1 ? 'An email was' : `${isMore ? 'More than ' : ''}${emails} emails were`;
    return `${subject} not delivered in the last ${FAILED_MAIL_DAYS} days.`;
  },
  mailAdvice: (emails) =>
    `The answer of the mail server says why. Correct the address or the mail server, and send ${emails === 1 ? 'it' : 'them'} again.`,
  waiting: (name, members) => `${name} is waiting for ${members === 1 ? 'a member' : `${members} members`}.`,
  waitingAdvice: 'The source listed them as members but has not sent them. They join automatically when they arrive.',
};

const zh: AttentionWords = {
  refusals: (people, isOver, title, example) =>
    text`${people}人${isOver ? '曾被拒绝' : '被拒绝'}：${title}。${example === undefined ? '' : `例如：${example}`}`,
  depends: (advice) => `处理方法取决于具体的值。在此示例中：${advice}`,
  silent: (name, since, minutes) =>
    text`自 ${since} 以来，${name}没有发送任何内容。${minutes === null ? '' : text`它通常每${minutes < 120 ? text`${minutes}分钟` : text`${Math.round(minutes / 60)}小时`}发送一次请求。`}`,
  silentAdvice: '请在那里检查预配是否已启用、其密钥是否已过期，以及是否能访问此服务器。',
  key: (name, owner, days) => text`${owner}的密钥“${name}”将在${days < 1 ? '一天内' : text`${days}天后`}过期。`,
  keyAdvice: '请轮换密钥：在重叠期结束之前，新密钥和旧密钥都可使用。',
  mail: (emails, isMore) => text`最近${FAILED_MAIL_DAYS}天有${isMore ? '超过' : ''}${emails}封邮件未送达。`,
  mailAdvice: () => '邮件服务器的响应说明了原因。请更正地址或邮件服务器，然后重新发送。',
  waiting: (name, members) => text`${name}正在等待${members}个成员。`,
  waitingAdvice: '数据源将其列为成员，但尚未发送这些人员。他们到达后会自动加入。',
};

/** Returns the sentences about what needs attention in a language. */
export function attentionWordsIn(language: Language): AttentionWords {
  return language === 'zh' ? zh : en;
}

function duration(number: number): string {
  return number < 120 ? `${number} minutes` : `${Math.round(number / 60)} hours`;
}

function inDays(days: number): string {
  if (days < 1) return 'within a day';
  return `in ${days} ${days === 1 ? 'day' : 'days'}`;
}
