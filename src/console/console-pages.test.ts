import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consolePages } from './console-pages.ts';
import { consolePlaces, formerAddresses } from './console-url.ts';

const folder = mkdtempSync(join(tmpdir(), 'tanhua-console-'));
const script = `export const text = '${'x'.repeat(2_000)}';`;

async function serve(loopbackOrigin?: string, from = folder) {
  const app = fastify({ routerOptions: { ignoreTrailingSlash: true } });
  await app.register(consolePages, { loopbackOrigin: () => loopbackOrigin, folder: from });
  return app;
}

beforeAll(() => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Tanhua</title>');
  writeFileSync(join(folder, 'theme.js'), '// the theme');
  writeFileSync(join(folder, 'assets/main-0123.js'), script);
  writeFileSync(join(folder, 'assets/main-0123.js.gz'), gzipSync(script));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the console', () => {
  const pages = ['', '/', ...consolePlaces.flatMap((place) => [`/${place}`, `/${place}/665f1e0a7b2c4d0012345641`])];

  test.for([...pages, ...formerAddresses.map((address) => `/${address}`)])(
    'has its page at /console%s',
    async (path) => {
      await using app = await serve();
      const { statusCode, headers, body } = await app.inject(`/console${path}`);
      expect([statusCode, headers['content-type'], body]).toEqual([
        200,
        'text/html; charset=utf-8',
        '<!doctype html><title>Tanhua</title>',
      ]);
    },
  );

  test('allows no script, style or frame but those of this server', async () => {
    await using app = await serve();
    const policy = String((await app.inject('/console')).headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toContain('http');
  });

  test('keeps files with a hash in their name, and asks for the others again', async () => {
    await using app = await serve();
    const hashed = await app.inject('/console/assets/main-0123.js');
    expect(hashed.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const other = await app.inject('/console/theme.js');
    expect([other.statusCode, other.headers['cache-control']]).toEqual([200, 'no-cache']);
    const again = await app.inject({ url: '/console/theme.js', headers: { 'if-none-match': other.headers['etag'] } });
    expect(again.statusCode).toBe(304);
  });

  test('sends the copy that the build compressed', async () => {
    await using app = await serve();
    const { headers, rawPayload } = await app.inject({
      url: '/console/assets/main-0123.js',
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(headers['content-encoding']).toBe('gzip');
    expect(rawPayload.length).toBeLessThan(script.length / 2);
  });

  test.for(['/console/nothing', '/console/assets/none.js', '/console/../package.json', '/console/.stamp'])(
    'has nothing at %s',
    async (path) => {
      await using app = await serve();
      expect((await app.inject(path)).statusCode).toBe(404);
    },
  );

  test.for(['127.0.0.1:8080', '[::1]:8080', '127.8.9.1:8080'])(
    'is opened under localhost instead of %s, because passkeys need a host name',
    async (host) => {
      await using app = await serve('http://localhost:8080');
      const { statusCode, headers } = await app.inject({ url: '/console/people?search=ann', headers: { host } });
      expect([statusCode, headers['location']]).toEqual([302, 'http://localhost:8080/console/people?search=ann']);
    },
  );

  test.for<[origin: string | undefined, host: string]>([
    ['http://localhost:8080', 'localhost:8080'],
    ['http://localhost:8080', 'directory.example'],
    [undefined, '127.0.0.1:8080'],
  ])('is not redirected to %s from %s', async ([origin, host]) => {
    await using app = await serve(origin);
    expect((await app.inject({ url: '/console', headers: { host } })).statusCode).toBe(200);
  });

  test('says how to build it if it was not built', async () => {
    await using app = await serve(undefined, join(folder, 'none'));
    const { statusCode, body } = await app.inject('/console/people');
    expect([statusCode, body]).toEqual([503, expect.stringContaining('npm run build')]);
  });
});
