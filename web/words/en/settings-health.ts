import { count } from './counts.ts';

export const settingsHealth = {
  calm: 'Everything that was checked is in order',
  below: (faults: number, warnings: number) =>
    [
      ...(faults > 0 ? [count(faults, 'fault', 'faults')] : []),
      ...(warnings > 0 ? [count(warnings, 'warning', 'warnings')] : []),
    ].join(', '),
  check: 'Check again',
  checking: 'Checking…',
  checkedAt: 'Checked ',
  scope:
    'The checks are about the whole installation, with all of its organizations. The command tanhua doctor also reads every row, and checks that the database is consistent.',
  column: { status: 'Result', check: 'Check', detail: 'What was found, and what to do' },
  status: { ok: 'In order', warning: 'Warning', fault: 'Fault' },
  forbidden:
    'The checks are about the whole installation. Only an administrator who may create organizations can see them; the first administrator may, and “tanhua admin set” gives this permission.',
  checks: {
    configuration: 'Configuration',
    'data folder': 'Data folder',
    permissions: 'File permissions',
    'mail server': 'Mail server',
    migrations: 'Database schema',
    write: 'Writing',
    server: 'PostgreSQL',
    database: 'Database',
    keys: 'Keys',
    'key owner': 'Owner of a key',
    'key expiry': 'Expiry of a key',
    'key role': 'Role of a key',
    'silent integration': 'Silent source',
    mails: 'Outbox',
    administrators: 'Administrators',
    flag: 'Flag of Entra ID',
    proxy: 'Proxy',
    'no key': 'Request without a key',
    'no Bearer': 'Request without Bearer',
    'malformed key': 'Malformed key',
    'not Bearer': 'Request without Bearer',
    'unknown key': 'Unknown key',
  },
} as const;
