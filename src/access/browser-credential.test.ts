import { describe, expect, test } from 'vitest';
import { AppError } from '#base/errors.ts';
import { errorOf } from '../../tests/support/error-of.ts';
import { requireSameOrigin, type PageUrl } from './browser-credential.ts';

const configured: PageUrl = { url: 'https://directory.example', isConfigured: true };
const listening: PageUrl = { url: 'http://0.0.0.0:8080', isConfigured: false };

interface Sent {
  readonly origin?: string;
  readonly host?: string;
  readonly site?: string;
  readonly localAddress?: string;
}

function check(page: PageUrl, { origin, host = 'directory.example', site, localAddress = '192.0.2.7' }: Sent): string {
  const headers = { ...(origin !== undefined && { origin }), ...(site !== undefined && { 'sec-fetch-site': site }) };
  try {
    requireSameOrigin({ headers, protocol: 'http', host, socket: { localAddress } }, page);
    return 'accepted';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

describe('requireSameOrigin() with a configured public URL', () => {
  test.each<[Sent, string]>([
    [{ origin: 'https://directory.example' }, 'accepted'],
    [{ origin: 'https://directory.example', host: 'internal:8080' }, 'accepted'],
    [{ origin: 'http://directory.example', host: 'directory.example' }, 'crossOrigin'],
    [{ origin: 'http://evil.example', host: 'evil.example' }, 'crossOrigin'],
    [{ origin: 'http://localhost:8080', host: 'localhost:8080' }, 'crossOrigin'],
    [{ origin: 'http://127.0.0.1:8080', host: '127.0.0.1:8080' }, 'crossOrigin'],
    [{ origin: 'http://192.0.2.7:8080', host: '192.0.2.7:8080' }, 'crossOrigin'],
    [{ origin: 'null' }, 'crossOrigin'],
    [{ site: 'cross-site' }, 'crossOrigin'],
    [{ site: 'same-site' }, 'crossOrigin'],
    [{ site: 'same-origin' }, 'accepted'],
    [{}, 'accepted'],
  ])('treats a request with %j as "%s"', (sent, outcome) => {
    expect(check(configured, sent)).toBe(outcome);
  });
});

describe('requireSameOrigin() without a configured public URL', () => {
  test.each<[Sent, string]>([
    [{ origin: 'http://0.0.0.0:8080', host: 'any' }, 'accepted'],
    [{ origin: 'http://localhost:8080', host: 'localhost:8080' }, 'accepted'],
    [{ origin: 'http://127.0.0.1:9000', host: '127.0.0.1:9000' }, 'accepted'],
    [{ origin: 'http://[::1]:8080', host: '[::1]:8080' }, 'accepted'],
    [{ origin: 'http://192.0.2.7:8080', host: '192.0.2.7:8080' }, 'accepted'],
    [{ origin: 'http://192.0.2.7:8080', host: '192.0.2.7:8080', localAddress: '::ffff:192.0.2.7' }, 'accepted'],
    [{ origin: 'http://[2001:db8::7]:8080', host: '[2001:db8::7]:8080', localAddress: '2001:db8::7' }, 'accepted'],
    [{ origin: 'http://192.0.2.8:8080', host: '192.0.2.8:8080' }, 'crossOrigin'],
    [{ origin: 'http://localhost:3000', host: 'localhost:8080' }, 'crossOrigin'],
    [{ origin: 'http://rebound.example:8080', host: 'rebound.example:8080' }, 'crossOrigin'],
    [{ origin: 'http://localhost.evil.example', host: 'localhost.evil.example' }, 'crossOrigin'],
    [{ origin: 'null', host: 'localhost:8080' }, 'crossOrigin'],
  ])('treats a request with %j as "%s"', (sent, outcome) => {
    expect(check(listening, sent)).toBe(outcome);
  });

  test('mentions TANHUA_PUBLIC_URL when it refuses an unknown host name', () => {
    const headers = { origin: 'http://directory.corp' };
    const request = { headers, protocol: 'http' as const, host: 'directory.corp', socket: {} };
    expect(errorOf(() => requireSameOrigin(request, listening)).message).toContain('TANHUA_PUBLIC_URL');
  });
});
