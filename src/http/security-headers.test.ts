import fastify from 'fastify';
import { expect, test } from 'vitest';
import { addSecurityHeaders } from './security-headers.ts';

test.each([
  ['https://directory.example', 'max-age=31536000'],
  ['http://127.0.0.1:8080', undefined],
])('responses and errors at %s have the security headers', async (url, transport) => {
  const app = fastify({ logger: false });
  addSecurityHeaders(app, () => url);
  await app.register(async (inner) => inner.get('/inner', async () => 'yes'));
  for (const path of ['/inner', '/nothing']) {
    const { headers } = await app.inject(path);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(headers['strict-transport-security']).toBe(transport);
  }
  await app.close();
});
