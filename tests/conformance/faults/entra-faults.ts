import { alterOperations } from '../broken-server.ts';
import { dropKeys, known, refuse, type KnownFault } from './known-fault.ts';

export const entraFaults: readonly KnownFault[] = [
  known(
    'it refuses the aadOptscim062020 flag',
    refuse(({ query }) => query.has('aadOptscim062020'), 400),
    'entra.with-flag.test-connection',
    'entra.with-flag.disable',
    'entra.with-flag.group-create',
  ),
  known(
    'it requires the value of "op" in lower case',
    refuse(({ body }) => JSON.stringify(body ?? {}).includes('"op":"R'), 400, 'invalidSyntax'),
    'entra.without-flag.several',
    'entra.without-flag.remove',
    'entra.without-flag.group-rename',
    'patch.op-case',
  ),
  known(
    'it reads the string "False" as true',
    alterOperations((one) => (one.value === 'False' ? { ...one, value: true } : one)),
    'entra.without-flag.disable',
  ),
  known(
    'Remove with a value removes all members',
    alterOperations((one) => (one.op === 'Remove' && one.path === 'members' ? { op: 'remove', path: 'members' } : one)),
    'entra.without-flag.group-remove-member',
  ),
  known(
    'it ignores attribute names with dots in a value',
    alterOperations((one) =>
      typeof one.value === 'object' && !one.path
        ? { ...one, value: dropKeys(one.value, (key) => key.startsWith('name.')) }
        : one,
    ),
    'entra.with-flag.dotted',
  ),
  known(
    'it refuses requests without User-Agent',
    refuse(({ headers }) => headers['user-agent'] === undefined, 403),
    'entra.without-flag.test-connection',
    'entra.with-flag.create',
  ),
];
