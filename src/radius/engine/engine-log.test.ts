import { expect, test } from 'vitest';
import { configFault, readEngineLog } from './engine-log.ts';

const at = (rest: string) => `Tue Dec  1 05:00:00 2026 : ${rest}`;

test.for([
  [
    at('Error: Ignoring request from unknown client 192.0.2.1'),
    'error',
    'Ignoring request from unknown client 192.0.2.1',
  ],
  [at('Warning: short secret'), 'warn', 'short secret'],
  [at('Info: Ready to process requests'), 'info', 'Ready to process requests'],
  [at('Info: Loaded virtual server clients'), 'debug', 'Loaded virtual server clients'],
  [at('ERROR: (0) rest: ERROR: Server returned:'), 'debug', '(0) rest: ERROR: Server returned:'],
  [at('Auth: (1) Login incorrect'), 'info', '(1) Login incorrect'],
  [at('constructor: x'), 'info', 'x'],
  ['a line of a library', 'info', 'a line of a library'],
] as const)('readEngineLog reads %j', ([line, level, text]) => {
  expect(readEngineLog(line)).toEqual({ level, text });
});

test('readEngineLog skips empty lines', () => {
  expect(readEngineLog('  ')).toBeUndefined();
});

test('configFault returns the lines with the fault, or else the last lines', () => {
  expect(configFault('Copyright\nradiusd.conf[3]: Parse error after "x"\nErrors reading radiusd.conf\n')).toBe(
    'radiusd.conf[3]: Parse error after "x"; Errors reading radiusd.conf',
  );
  expect(configFault('one\n\ntwo\n')).toBe('one; two');
});
