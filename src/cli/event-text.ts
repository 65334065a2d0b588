import { attributeWords } from '#audit/attribute-words.ts';
import { isObject } from '#base/json.ts';
import { mailResult } from './mail-result.ts';

/**
 * Describes an event: the time, the type, the target and the actor, and on further lines the reason of a refusal or the changed
 * attributes.
 */
export function describeEvent(event: Record<string, unknown>): string {
  const resource = isObject(event['resource']) ? event['resource'] : {};
  const initiator = isObject(event['initiated_by']) ? event['initiated_by'] : {};
  const about = textOf(resource['username'] ?? resource['name'] ?? resource['id']);
  const head = [textOf(event['timestamp']), textOf(event['event_type']), about, `by ${textOf(initiator['name'])}`];
  const code = textOf(event['error_code']);
  const details = [
    textOf(event['error_message']),
    repetition(event['repeated']),
    mailResult(event) || changedFields(event['changes']),
    ignoredPaths(event['ignored_attributes']),
  ];
  return [
    [...head, code].filter((text) => text !== '').join('  '),
    ...details.filter((text) => text !== '').map((text) => `    ${text}`),
  ].join('\n');
}

function repetition(repeated: unknown): string {
  if (!isObject(repeated)) return '';
  return `${Number(repeated['count'])} more requests like this, from ${textOf(repeated['first'])} to ${textOf(repeated['last'])}`;
}

function changedFields(changes: unknown): string {
  return names(changes, 'field')
    .map((path) => attributeWords(path))
    .join(', ');
}

function ignoredPaths(ignored: unknown): string {
  const paths = names(ignored, 'path')
    .map((path) => attributeWords(path))
    .join(', ');
  return paths === '' ? '' : `ignored attributes: ${paths}`;
}

function names(list: unknown, property: string): readonly string[] {
  const elements: readonly unknown[] = Array.isArray(list) ? list : [];
  return elements.flatMap((element) => (isObject(element) ? [textOf(element[property])] : []));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
