import { isObject } from '#base/json.ts';
import { messageFor } from '#base/errors.ts';
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

export function shownEvaluation(evaluation: Evaluation): ShownEvaluation {
  const { decision, status, answer, error, rules, ignored, target } = evaluation;
  return {
    decision,
    sentence: sentenceOf(evaluation),
    status,
    answer: answer ?? null,
    reason: error?.code ?? null,
    reasonText: error === undefined ? null : messageFor(error, 'scim'),
    rules,
    ignored,
    target: target ?? null,
    events: evaluation.events.map((event) => ({
      event_type: typeof event['event_type'] === 'string' ? event['event_type'] : '',
      changes: Array.isArray(event['changes']) ? event['changes'] : [],
    })),
  };
}

const verbs = { created: 'create', changed: 'change', deleted: 'delete' } as const;

function sentenceOf({ decision, target, error, events, rules }: Evaluation): string {
  const name = target?.name ?? 'the resource';
  if (decision === 'unchanged') return `The directory would accept the request and change nothing of ${name}.`;
  if (decision === 'changed' && rules.some((rule) => rule.name === 'deleteAction')) {
    return `The directory would suspend ${name}.`;
  }
  if (decision !== 'refused') return `The directory would ${verbs[decision]} ${name}.`;
  const suspended = events.find((event) => event['event_type'] === 'user_suspended');
  const refused = `The directory would refuse the request (${error?.code ?? 'unknown'})`;
  return suspended === undefined
    ? `${refused}.`
    : `${refused}, and suspend ${nameOf(suspended['resource'])}, because the request sets active to false.`;
}

function nameOf(resource: unknown): string {
  return isObject(resource) && typeof resource['username'] === 'string' ? resource['username'] : 'the user';
}

/** Says what an evaluation assumed, as a sentence. */
export function assumptionText({ type, exists, isActive }: Assumption): string {
  const what = type === 'User' ? 'user' : 'group';
  const done = isActive === true ? 'suspended' : exists ? 'deleted' : 'created';
  return `The request was accepted before. It was evaluated as if the ${what} had not been ${done}.`;
}

/** Returns the replay of a logged request as the REST API and the command line show it. */
export function shownReplay(replay: Replay) {
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
      failure === undefined ? null : `The request cannot be replayed: ${notReplayableText(replay.request, failure)}.`,
    assumed: replay.isReplayable && replay.assumed !== undefined ? assumptionText(replay.assumed) : null,
    evaluation: replay.isReplayable ? shownEvaluation(replay.evaluation) : null,
  };
}

/** Returns the preview of rules as the REST API and the command line show it. */
export function shownPreview({ period, differences, ...counts }: RulesPreview) {
  return {
    from: period?.from.toISOString() ?? null,
    to: period?.to.toISOString() ?? null,
    ...counts,
    differences: differences.map(({ at, today, proposed, ...rest }) => ({
      ...rest,
      time: at.toISOString(),
      today: shownEvaluation(today),
      proposed: shownEvaluation(proposed),
    })),
  };
}
