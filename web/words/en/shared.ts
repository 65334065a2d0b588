import type { MistakeError } from '#base/mistake-error.ts';

const list = new Intl.ListFormat('en', { type: 'unit' });

/** What is between the parts of a sentence or of a list. */
export const marks = {
  comma: ', ',
  semicolon: '; ',
  colon: ': ',
  stop: '.',
  nextSentence: '. ',
  names: (names: readonly string[]) => list.format(names),
} as const;

/** A text that the stand-in for Entra ID wrote in English; empty if it has none in this language. */
export const standIn = (text: string): string => text;

/** What is wrong with an edit of a mapping, which the console checks with the code of the server. */
export const mistake = ({ message }: MistakeError): string => message;

/** The name of a role. Only the built-in ones have a name in another language. */
export const roleName = (name: string): string => name;

export const states = { ACTIVATED: 'Active', SUSPENDED: 'Suspended', STAGED: 'Staged' } as const;

export const passwords = {
  'Password Pending': 'Pending',
  Active: 'Set',
  Expired: 'Expired',
  Locked: 'Locked',
  'Managed by the source': 'Managed by the source',
} as const;

export const outcomes = {
  accepted: 'accepted',
  unchanged: 'no change',
  refused: 'refused',
  failed: 'failed',
  deleted: 'deleted',
  waiting: 'waiting',
} as const;

/** What to do once a rule no longer refuses someone. The names are those of the rules. */
export const again = {
  changed: (names: readonly string[]) =>
    names.length === 1
      ? `The rule ${names[0] ?? ''} has changed since, and no longer refuses this.`
      : `The rules ${names.join(', ')} have changed since, and no longer refuse this.`,
  send: (people: number) =>
    `Send ${people === 1 ? 'the person' : 'the people'} again: in Entra ID with Provision on demand, or wait for the next cycle.`,
  sendAnyone:
    'If people or groups were refused before, send them again: in Entra ID with Provision on demand, or wait for the next cycle.',
} as const;

export const time = {
  now: 'just now',
  at: (relative: string, exact: string) => `${relative}: ${exact}`,
  never: 'never',
} as const;
