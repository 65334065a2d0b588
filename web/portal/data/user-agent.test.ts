import { expect, test } from 'vitest';
import { userAgentOf } from './user-agent.ts';

const MOZILLA = 'Mozilla/5.0';
const LIKE_CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0';

test.for<[header: string | null, browser: string | undefined, system: string | undefined]>([
  [`${MOZILLA} (Windows NT 10.0; Win64; x64) ${LIKE_CHROME} Safari/537.36`, 'Chrome', 'Windows'],
  [`${MOZILLA} (Windows NT 10.0; Win64; x64) ${LIKE_CHROME} Safari/537.36 Edg/140.0.0.0`, 'Edge', 'Windows'],
  [`${MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18 Safari/605.1.15`, 'Safari', 'macOS'],
  [`${MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 CriOS/140 Safari/604`, 'Chrome', 'iPhone'],
  [`${MOZILLA} (Linux; Android 15; Pixel 9) ${LIKE_CHROME} Mobile Safari/537.36`, 'Chrome', 'Android'],
  [`${MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0`, 'Firefox', 'Linux'],
  ['curl/8.9.1', 'curl', undefined],
  ['something else', undefined, undefined],
  [null, undefined, undefined],
])('finds the browser and the system in the User-Agent header %s', ([header, browser, system]) => {
  expect(userAgentOf(header)).toEqual({ browser, system });
});
