import { expect, test } from 'vitest';
import { configValue } from './config-value.ts';

test.for([
  ['/srv/tanhua', '"/srv/tanhua"'],
  ['/a b', '"/a b"'],
  [`/q'"`, String.raw`"/q'\""`],
  ['/back\\slash\\', String.raw`"/back\\slash\\"`],
  ['/$HOME %{User-Name} #;{}', '"/$HOME %{User-Name} #;{}"'],
  ['/密', '"/密"'],
] as const)('configValue writes %j as %j', ([text, written]) => {
  expect(configValue(text, 'The path')).toBe(written);
});

test.for(['/a\nb', '/a\0b', '/a\u007fb', '/${confdir}', '/$ENV{HOME}'])(
  'configValue refuses %j, which FreeRADIUS would expand or end',
  (text) => {
    expect(() => configValue(text, 'TANHUA_DATA_DIR')).toThrow(/^TANHUA_DATA_DIR is ".*cannot contain/);
  },
);
