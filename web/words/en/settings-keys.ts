import { count } from './counts.ts';

export const settingsKeys = {
  below: (keys: number) => (keys === 1 ? '1 key works' : `${count(keys, 'key', 'keys')} work`),
  create: 'New key…',
  nameDefault: '',
  secret: 'API key',
  expiresHelp: 'Requests with the key are refused once it has expired. Home reminds you 14 days before.',
  rotateHelp:
    'A new key is created. The old key keeps working for the time that you choose, so that you can enter the new one meanwhile.',
  own: 'API keys',
  ownHelp: 'A program sends the key as the header x-api-key, and may do what the role of its owner allows.',
  empty: 'No API key yet',
  emptyHelp: 'Create one for a program that works with the directory under your name.',
  tokens: 'Keys of sources',
  tokensHelp: 'They can only use SCIM for their source, which lists, creates and rotates them.',
  tokensEmpty: 'No source has a key.',
  source: 'Source',
  manage: (source: string) => `Keys of ${source}`,
  ended: (keys: number) => `Show ${count(keys, 'key that does not work', 'keys that do not work')}`,
} as const;
