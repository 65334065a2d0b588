import { expect, test } from 'vitest';
import { intervalText, minutesOf } from './interval.ts';

test.each([
  ['PT40M', '40 minutes', '40分钟', 40],
  ['PT1H40M', '1 hour, 40 minutes', '1小时40分钟', 100],
  ['P1DT1H', '1 day, 1 hour', '1天1小时', 1_500],
  ['PT30S', '30 seconds', '30秒钟', 1],
  ['PT0S', 'PT0S', 'PT0S', 1],
  ['soon', 'soon', 'soon', 1],
])('the interval %s is "%s" in English, "%s" in Chinese, and has %i minutes', (interval, english, chinese, minutes) => {
  expect([intervalText(interval, 'en'), intervalText(interval, 'zh-CN'), minutesOf(interval)]).toEqual([
    english,
    chinese,
    minutes,
  ]);
});
