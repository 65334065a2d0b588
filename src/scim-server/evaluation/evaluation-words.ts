import { isObject } from '#base/json.ts';
import { messageFor } from '#base/error-message.ts';
import type { Language } from '#base/words/language.ts';
import { text } from '#base/words/chinese.ts';
import type { Assumption, Evaluation } from './evaluate-write.ts';
import type { RulesPreview } from './preview-rules.ts';
import { notReplayableText, type Replay } from './replay.ts';

/** An evaluation as the REST API and the command line show it. */
export interface ShownEvaluation {
  readonly decision: Evaluation['decision'];
  /** What the directory would do, in words. */
  readonly sentence: string;
  readonly status: number;
  readonly answer: Evaluation['answer'] | null;
  /** The code of the error, and why the request would be refused and what to do. */
  readonly reason: string | null;
  readonly reasonText: string | null;
  readonly rules: Evaluation['rules'];
  readonly ignored: Evaluation['ignored'];
  readonly target: Evaluation['target'] | null;
  /** The events that would be recorded, newest first. */
  readonly events: readonly { readonly event_type: string; readonly changes: readonly unknown[] }[];
}

export function shownEvaluation(evaluation: Evaluation, language: Language = 'en'): ShownEvaluation {
  const { decision, status, answer, error, rules, ignored, target } = evaluation;
  return {
    decision,
    sentence: sentenceOf(evaluation, catalogs[language]),
    status,
    answer: answer ?? null,
    reason: error?.code ?? null,
    reasonText: error === undefined ? null : messageFor(error, 'scim', language),
    rules,
    ignored,
    target: target ?? null,
    events: evaluation.events.map((event) => ({
      event_type: typeof event['event_type'] === 'string' ? event['event_type'] : '',
      changes: Array.isArray(event['changes']) ? event['changes'] : [],
    })),
  };
}

type Done = Exclude<Evaluation['decision'], 'refused' | 'unchanged'>;

/** The sentences about an evaluation in one language. A name is undefined if it is not known. */
interface EvaluationWords {
  readonly unchanged: (name: string | undefined) => string;
  readonly would: (decision: Done | 'suspended', name: string | undefined) => string;
  readonly refused: (code: string) => string;
  readonly refusedAndSuspended: (code: string, name: string | undefined) => string;
  readonly assumed: (isUser: boolean, done: 'suspended' | 'deleted' | 'created') => string;
  readonly notReplayable: (why: string) => string;
}

const verbs = { created: 'create', changed: 'change', deleted: 'delete', suspended: 'suspend' } as const;
const zhVerbs = { created: '创建', changed: '更改', deleted: '删除', suspended: '停用' } as const;

const catalogs: Readonly<Record<Language, EvaluationWords>> = {
  en: {
    unchanged: (name = 'the resource') => `The directory would accept the request and change nothing of ${name}.`,
    would: (decision, name = 'the resource') => `The directory would ${verbs[decision]} ${name}.`,
    refused: (code) => `The directory would refuse the request (${code}).`,
    refusedAndSuspended: (code, name = 'the user') =>
      `The directory would refuse the request (${code}), and suspend ${name}, because the request sets active to false.`,
    assumed: (isUser, done) =>
      `The request was accepted before. It was evaluated as if the ${isUser ? 'user' : 'group'} had not been ${done}.`,
    notReplayable: (why) => `The request cannot be replayed: ${why}.`,
  },
  zh: {
    unchanged: (name = '该资源') => text`目录会接受该请求，但不会更改${name}的任何内容。`,
    would: (decision, name = '该资源') => text`目录会${zhVerbs[decision]}${name}。`,
    refused: (code) => `目录会拒绝该请求（${code}）。`,
    refusedAndSuspended: (code, name = '该用户') =>
      text`目录会拒绝该请求（${code}），并停用${name}，因为该请求将 active 设为 false。`,
    assumed: (isUser, done) => `该请求以前已被接受。评估时假定${isUser ? '该用户' : '该组'}尚未${zhVerbs[done]}。`,
    notReplayable: (why) => `无法重放该请求：${why}。`,
  },
};

function sentenceOf({ decision, target, error, events, rules }: Evaluation, words: EvaluationWords): string {
  const name = target?.name ?? undefined;
  if (decision === 'unchanged') return words.unchanged(name);
  if (decision === 'changed' && rules.some((rule) => rule.name === 'deleteAction'))
    return words.would('suspended', name);
  if (decision !== 'refused') return words.would(decision, name);
  const suspended = events.find((event) => event['event_type'] === 'user_suspended');
  const code = error?.code ?? 'unknown';
  return suspended === undefined ? words.refused(code) : words.refusedAndSuspended(code, nameOf(suspended['resource']));
}

function nameOf(resource: unknown): string | undefined {
  return isObject(resource) && typeof resource['username'] === 'string' ? resource['username'] : undefined;
}

/** Says what an evaluation assumed, as a sentence. */
export function assumptionText({ type, exists, isActive }: Assumption, language: Language = 'en'): string {
  const done = isActive === true ? 'suspended' : exists ? 'deleted' : 'created';
  return catalogs[language].assumed(type === 'User', done);
}

/** Returns the replay of a logged request as the REST API and the command line show it. */
export function shownReplay(replay: Replay, language: Language = 'en') {
  const words = catalogs[language];
  const { id, at, outcome, status, reason, name } = replay.request;
  const failure = replay.isReplayable ? undefined : replay.reason;
  return {
    id,
    time: at.toISOString(),
    outcome,
    status,
    reason,
    name,
    isReplayable: replay.isReplayable,
    notReplayable: failure ?? null,
    notReplayableText:
      failure === undefined ? null : words.notReplayable(notReplayableText(replay.request, failure, language)),
    assumed: replay.isReplayable && replay.assumed !== undefined ? assumptionText(replay.assumed, language) : null,
    evaluation: replay.isReplayable ? shownEvaluation(replay.evaluation, language) : null,
  };
}

/** Returns the preview of rules as the REST API and the command line show it. */
export function shownPreview({ period, differences, ...counts }: RulesPreview, language: Language = 'en') {
  return {
    from: period?.from.toISOString() ?? null,
    to: period?.to.toISOString() ?? null,
    ...counts,
    differences: differences.map(({ at, today, proposed, ...rest }) => ({
      ...rest,
      time: at.toISOString(),
      today: shownEvaluation(today, language),
      proposed: shownEvaluation(proposed, language),
    })),
  };
}
