import type { RulesPreview } from '#scim-server/evaluation/preview-rules.ts';
import type { shownPreview, shownReplay, ShownEvaluation } from '#scim-server/evaluation/evaluation-words.ts';
import type { ReplayDeps } from '#scim-server/evaluation/replay.ts';
import { SEND_AGAIN } from '#integrations/made-fixes.ts';
import { SCIM_PREFIX } from '#scim-server/scim-path.ts';
import { changesText } from './changes-text.ts';
import { publicUrlOf, type Session } from './session.ts';

/** Returns what an evaluation needs, for the organization of a command. */
export function replayDeps({ deps, organization }: Session): ReplayDeps {
  return { deps, organizationId: organization.id, baseUrl: `${publicUrlOf()}${SCIM_PREFIX}` };
}

/** Describes an evaluation: the decision, the reason of a refusal, the ignored attributes, and the changes that it would record. */
export function evaluationText({ sentence, status, reasonText, rules, ignored, events }: ShownEvaluation): string {
  return [
    `${sentence} Status: ${status}.`,
    ...(reasonText === null ? [] : [`  ${reasonText}`]),
    ...rules.map(({ name, value }) => `  The rule ${name} of the integration decides this; it is ${value}.`),
    ...(ignored.length === 0 ? [] : [`  Ignored attributes: ${ignored.map(({ path }) => path).join(', ')}.`]),
    ...events.flatMap(({ event_type: type, changes }) => [
      `  ${type}`,
      ...changesText(changes as Parameters<typeof changesText>[0], 'attributes')
        .split('\n')
        .map((line) => `    ${line}`),
    ]),
    'Nothing was changed.',
  ].join('\n');
}

/** Describes the replay of a logged request. */
export function replayText(replay: ReturnType<typeof shownReplay>): string {
  const { time, outcome, status, reason, notReplayableText, assumed, evaluation } = replay;
  const then = `When it arrived (${time}): ${outcome}, status ${status}${reason === null ? '' : `, ${reason}`}.`;
  if (evaluation === null) return [then, notReplayableText].join('\n');
  const isCorrected = outcome === 'refused' && evaluation.decision !== 'refused';
  const again = isCorrected ? [`To have this happen, send it again: ${SEND_AGAIN}`] : [];
  return [then, ...(assumed === null ? [] : [assumed]), evaluationText(evaluation), ...again].join('\n');
}

/** Describes a preview of rules: the counts, and a line for each person or group. */
export function previewText(preview: ReturnType<typeof shownPreview>): string {
  const { from, to, evaluated, notReplayable, skipped, isPartial, people, groups, kinds, differences } = preview;
  if (from === null || to === null) return 'The request log has no writes of this integration that could be evaluated.';
  return [
    `Evaluated ${evaluated} requests from ${from} to ${to}.`,
    ...(notReplayable === 0
      ? []
      : [
          `${notReplayable} more could not be evaluated:`,
          ...skipped.map(({ text, count, requestIds }) => {
            const more = count > requestIds.length ? ', …' : '';
            return `  ${count} ${count === 1 ? 'request' : 'requests'}: ${text} (${requestIds.join(', ')}${more})`;
          }),
          '"tanhua request show ID" shows each of them.',
        ]),
    ...(isPartial ? ['There are older requests that were not evaluated, so that more people can be affected.'] : []),
    `Decided differently: ${isPartial ? 'at least ' : ''}${people} ${people === 1 ? 'person' : 'people'}, ${groups} ${groups === 1 ? 'group' : 'groups'}.`,
    ...(differences.length === 0 ? [] : [kindsText(kinds)]),
    ...differences.map(
      ({ name, targetId, today, proposed }) =>
        `  ${name ?? targetId ?? 'unknown'}: ${shortly(today)} → ${shortly(proposed)}`,
    ),
    'Nothing was changed.',
  ].join('\n');
}

function kindsText({ accepted, refused, effect, reason }: RulesPreview['kinds']): string {
  const texts: readonly (readonly [number, string])[] = [
    [accepted, 'accepted instead of refused'],
    [refused, 'refused instead of accepted'],
    [effect, 'accepted with another effect'],
    [reason, 'refused for another reason'],
  ];
  const shown = texts.filter(([number]) => number > 0).map(([number, text]) => `${number} ${text}`);
  return `Of these: ${shown.join(', ')}.`;
}

function shortly({ decision, reason }: ShownEvaluation): string {
  return reason === null ? decision : `${decision} (${reason})`;
}
