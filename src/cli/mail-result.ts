import { mailKindWords } from '#audit/value-words.ts';
import { isObject } from '#base/json.ts';

/**
 * Describes an event about an email: the email, the reply of the mail server, and the time of the next attempt. Returns the empty string
 * for any other event.
 *
 * @param event in the form of the REST API, with the result in `changes`
 * @example "activation to mia@contoso.example: connect ECONNREFUSED; next attempt at 2026-11-29T17:48:55.358Z (tanhua mail show ID)"
 */
export function mailResult({ event_type: type, changes }: Readonly<Record<string, unknown>>): string {
  if (typeof type !== 'string' || !type.startsWith('mail_') || !Array.isArray(changes)) return '';
  const values = new Map(
    changes.flatMap((change) => (isObject(change) ? [[change['field'], change['to']] as const] : [])),
  );
  const of = (field: string) => {
    const value = values.get(field);
    return typeof value === 'string' ? value : '';
  };
  if (of('answer') === '') return '';
  const next = of('next_attempt_at') === '' ? '' : `; next attempt at ${of('next_attempt_at')}`;
  return `${mailKindWords(of('kind'))} to ${of('recipient')}: ${of('answer')}${next} (tanhua mail show ${of('mail')})`;
}
