import { count } from './counts.ts';

export const sourceKeys = {
  title: 'Keys of this source',
  help: 'A key is what the source sends as its bearer token; Entra ID names it Secret Token. It can only use SCIM for this source.',
  empty: 'This source has no key yet',
  emptyHelp: (source: string) => `Create one, and enter it in ${source}.`,
  expiresHelp: 'Provisioning stops when the key expires. Home reminds you 14 days before.',
  secret: 'Secret Token',
  rotateHelp: (source: string) =>
    `A new key is created. The old key keeps working for the time that you choose, so that you can enter the new one in ${source} meanwhile.`,
  revokeHelp: (source: string, others: number, isEntra: boolean) =>
    others === 0
      ? `It is the only key of ${source} that works. Provisioning stops immediately: every request is answered with 401${isEntra ? ', and Entra ID puts the application in quarantine' : ''}.`
      : `Requests with this key are answered with 401 immediately. ${count(others, 'other key', 'other keys')} of ${source} keep working.`,
} as const;
