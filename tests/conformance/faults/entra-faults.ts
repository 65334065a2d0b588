import { operations } from '../broken-server.ts';
import { dropKeys, known, refuse, type KnownFault } from './known-fault.ts';

export const entraFaults: readonly KnownFault[] = [
  known(
    'the flag is not known',
    refuse(({ query }) => query.has('aadOptscim062020'), 400),
    'entra.with-flag.test-connection',
    'entra.with-flag.disable',
    'entra.with-flag.group-create',
  ),
  known(
    'op must be small',
    refuse(({ body }) => JSON.stringify(body ?? {}).includes('"op":"R'), 400, 'invalidSyntax'),
    'entra.without-flag.several',
    'entra.without-flag.remove',
    'entra.without-flag.group-rename',
    'patch.op-case',
  ),
  known(
    '"False" is true',
    operations((one) => (one.value === 'False' ? { ...one, value: true } : one)),
    'entra.without-flag.disable',
  ),
  known(
    'Remove takes all members',
    operations((one) => (one.op === 'Remove' && one.path === 'members' ? { op: 'remove', path: 'members' } : one)),
    'entra.without-flag.group-remove-member',
  ),
  known(
    'names with dots are not understood',
    operations((one) =>
      typeof one.value === 'object' && !one.path
        ? { ...one, value: dropKeys(one.value, (key) => key.startsWith('name.')) }
        : one,
    ),
    'entra.with-flag.dotted',
  ),
  known(
    'requests without User-Agent are blocked',
    refuse(({ headers }) => headers['user-agent'] === undefined, 403),
    'entra.without-flag.test-connection',
    'entra.with-flag.create',
  ),
];
