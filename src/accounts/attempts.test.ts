import { expect, test } from 'vitest';
import { ATTEMPTS_PER_MINUTE_MAX, Attempts } from './attempts.ts';

function attemptsAt() {
  let now = 0;
  const attempts = new Attempts({ now: () => new Date(now) });
  return { attempts, advance: (ms: number) => (now += ms) };
}

test('an address may fail so often in a minute, and once more a minute later', () => {
  const { attempts, advance } = attemptsAt();
  for (let time = 0; time < ATTEMPTS_PER_MINUTE_MAX; time += 1) attempts.count('192.0.2.1');
  expect(() => attempts.count('192.0.2.1')).toThrow('30 attempts came from 192.0.2.1');
  attempts.count('192.0.2.2');
  advance(59_999);
  expect(() => attempts.count('::ffff:192.0.2.1')).toThrow('192.0.2.1');
  advance(1);
  attempts.count('192.0.2.1');
});

test('a whole office may sign in from one address', async () => {
  const { attempts } = attemptsAt();
  for (let time = 0; time < 500; time += 1) await attempts.guard('192.0.2.1', async () => 'in');
  const fail = async () => await attempts.guard('192.0.2.1', async () => Promise.reject(new Error('wrong')));
  for (let time = 0; time < ATTEMPTS_PER_MINUTE_MAX; time += 1) await expect(fail()).rejects.toThrow('wrong');
  await expect(fail()).rejects.toThrow('Wait a minute');
});

test.each([
  ['2001:db8::1', '2001:db8:0:0:ffff::9', true],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::', true],
  ['::1', '::2', true],
  ['2001:db8:0:1::1', '2001:db8:0:2::1', false],
])('IPv6 addresses of one network are one: %s and %s', (one, other, isSame) => {
  const { attempts } = attemptsAt();
  for (let time = 0; time < ATTEMPTS_PER_MINUTE_MAX; time += 1) attempts.count(one);
  const count = () => attempts.count(other);
  if (isSame) expect(count).toThrow('/64');
  else expect(count).not.toThrow();
});

test('many addresses push the oldest out, and nobody else', () => {
  const { attempts } = attemptsAt();
  for (let time = 0; time <= ATTEMPTS_PER_MINUTE_MAX; time += 1) {
    try {
      attempts.count('192.0.2.1');
    } catch {
      // It is over the limit now.
    }
  }
  for (let index = 0; index < 9_999; index += 1) attempts.count(`10.0.${Math.floor(index / 250)}.${index % 250}`);
  expect(() => attempts.count('192.0.2.1')).toThrow('Wait');
  attempts.count('198.51.100.1');
  expect(() => attempts.count('192.0.2.1')).not.toThrow();
});
