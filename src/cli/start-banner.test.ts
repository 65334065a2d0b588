import { expect, test } from 'vitest';
import { consoleUrl, startBanner } from './start-banner.ts';

const bootstrapped = { secretToken: 'tnh_1', administrator: 'admin@localhost', password: 'p' };

test.each([
  ['http://127.0.0.1:8080', false, 'http://localhost:8080/console'],
  ['http://[::1]:8080', false, 'http://localhost:8080/console'],
  // The pages of a server with TANHUA_PUBLIC_URL accept requests from that origin only.
  ['http://127.0.0.1:8080', true, 'http://127.0.0.1:8080/console'],
  ['https://directory.contoso.com', true, 'https://directory.contoso.com/console'],
])('a server at %s (TANHUA_PUBLIC_URL set: %s) has the console at %s', (publicUrl, isPublicUrlConfigured, expected) => {
  const place = { publicUrl, isPublicUrlConfigured };
  expect(consoleUrl(place)).toBe(expected);
  for (const secrets of [bootstrapped, undefined]) {
    expect(startBanner({ ...place, bootstrapped: secrets })).toContain(`  Console        ${expected}\n`);
  }
});

test.each(['http://127.0.0.1:8080', 'http://localhost:8080', 'http://directory.contoso.com', 'https://10.0.0.7'])(
  'the first start at %s says what Entra ID needs, and how to rehearse without it',
  (publicUrl) => {
    const text = startBanner({ publicUrl, isPublicUrlConfigured: true, bootstrapped });
    expect(text).toMatch(
      /it needs https and a public address, which TANHUA_PUBLIC_URL sets\.\n.*Rehearsal in the console, .*"npm run demo"/,
    );
    expect(text).not.toContain('Enter the Tenant URL');
  },
);

test('the first start at a public https address says where to enter the Tenant URL', () => {
  const text = startBanner({
    publicUrl: 'https://directory.contoso.com',
    isPublicUrlConfigured: true,
    bootstrapped,
  });
  expect(text).toMatch(/Enter the Tenant URL and the Secret Token in Entra ID:\nEnterprise applications > /);
  expect(text).not.toContain('TANHUA_PUBLIC_URL');
});
