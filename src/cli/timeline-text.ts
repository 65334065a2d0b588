import { attributeWords } from '#audit/attribute-words.ts';
import type { Person } from '#directory/person.ts';
import type { Timeline } from '#directory/timeline.ts';
import type { TimelineEntry } from '#directory/timeline-entries.ts';

/**
 * Formats a timeline for the terminal: the person and the advice, then each entry with its changes, the reason of a refusal, and the
 * request behind it.
 */
export function timelineText({ person, namesakes, entries, similar, advice }: Timeline): string {
  const parts = [
    [personLine(person), ...advice].join('\n'),
    listOf('Others with this name:', namesakes.map(personLine)),
    listOf(
      'People with similar names:',
      similar.map((one) => personLine(one)),
    ),
    entries.length === 0 ? 'Nothing was recorded about this name.' : entries.map(entryText).join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

const stateWords = {
  present: 'is in the directory',
  deleted: 'was deleted',
  purged: 'was permanently removed',
  refused: 'was refused',
  unknown: 'is not known',
} as const;

type Named = Pick<Person, 'id' | 'name' | 'state' | 'userName' | 'email'>;

/** Returns a person on one line: `Ann Meier is in the directory: userName ann, email ann@contoso.example, id 6b07…`. */
function personLine({ id, name, state, userName, email }: Named): string {
  const known = Object.entries({ userName, email, id }).filter(([, value]) => value !== null && value !== name);
  const facts = known.map(([label, value]) => `${label} ${value}`).join(', ');
  return `${name} ${stateWords[state]}${facts === '' ? '.' : `: ${facts}`}`;
}

function listOf(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines.map((line) => `  ${line}`)].join('\n');
}

function entryText({ time, words, changes, ignored, refusal, request }: TimelineEntry): string {
  const paths = ignored.map(({ path }) => attributeWords(path)).join(', ');
  const details = [
    ...changes.map(({ text }) => text),
    ...(refusal === null ? [] : [refusal.text, refusal.advice ?? '']),
    paths === '' ? '' : `Ignored attributes: ${paths}`,
    request === null ? '' : requestLine(request),
  ];
  return [`${time}  ${words}`, ...details.filter((text) => text !== '').map((text) => `    ${text}`)].join('\n');
}

function requestLine(request: NonNullable<TimelineEntry['request']>): string {
  const { id, method, path, status, outcome, client, durationMs } = request;
  const sent = [method, path ?? '(path erased)', ...(client === null ? [] : [`from ${client}`])].join(' ');
  const duration = durationMs === null ? '' : `, ${Math.round(durationMs)} ms`;
  return `Request ${id}: ${sent}, ${outcome} with status ${status}${duration}`;
}
