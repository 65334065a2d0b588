import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { ANSWER_BYTES_MAX, NoAnswer, openClient, Stopped, type Exchange } from './client.ts';

interface ClientFixture extends AsyncDisposable {
  readonly client: ReturnType<typeof openClient>;
  readonly exchanges: readonly Exchange[];
  readonly stop: () => void;
}

async function startClient(listener: RequestListener): Promise<ClientFixture> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const exchanges: Exchange[] = [];
  const controller = new AbortController();
  const client = openClient({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim`,
    token: 'the-token',
    timeoutMs: 5_000,
    signal: controller.signal,
    onExchange: (exchange) => exchanges.push(exchange),
  });
  return {
    client,
    exchanges,
    stop: () => controller.abort(),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const echo: RequestListener = (request, response) => {
  const names = ['authorization', 'accept', 'content-type', 'user-agent'];
  response.end(JSON.stringify({ url: request.url, headers: names.map((name) => request.headers[name] ?? null) }));
};

test('the client sends the default headers, and replaces or removes them on request', async () => {
  await using fixture = await startClient(echo);
  const usual = await fixture.client.post('/Users', {});
  expect(usual.body).toEqual({
    url: '/scim/Users',
    headers: ['Bearer ********', 'application/scim+json', 'application/scim+json', 'tanhua-conformance'],
  });
  const headers = { accept: undefined, 'user-agent': undefined, authorization: undefined };
  expect((await fixture.client.get('/Users', { headers })).body).toMatchObject({ headers: [null, null, null, null] });
  expect((await fixture.client.get('/Users', { scheme: 'bearer' })).body).toMatchObject({
    headers: ['bearer ********', 'application/scim+json', null, 'tanhua-conformance'],
  });
});

test('the client percent-encodes the values of query parameters', async () => {
  await using fixture = await startClient(echo);
  const { body } = await fixture.client.list('/Users', { filter: 'a eq "b&c"', count: 1 });
  expect(body).toMatchObject({ url: '/scim/Users?filter=a%20eq%20%22b%26c%22&count=1' });
});

test('the client records each exchange without the token', async () => {
  await using fixture = await startClient((_request, response) => {
    response.setHeader('x-token', 'the-token');
    response.end('{"token":"the-token"}');
  });
  await fixture.client.get('/Users', { headers: { 'x-api-key': 'the-token' } });
  expect(fixture.exchanges).toHaveLength(1);
  expect(JSON.stringify(fixture.exchanges)).not.toContain('the-token');
});

test('the client reads a response of the maximum length and rejects a longer response', async () => {
  let length = ANSWER_BYTES_MAX;
  await using fixture = await startClient((_request, response) => response.end(Buffer.alloc(length, ' ')));
  expect((await fixture.client.get('/')).text).toHaveLength(ANSWER_BYTES_MAX);
  length += 1;
  await expect(fixture.client.get('/')).rejects.toThrow('longer than');
});

test('the client rejects with NoAnswer if no response arrives, and with Stopped after the run was stopped', async () => {
  await using fixture = await startClient((request) => request.destroy());
  await expect(fixture.client.get('/')).rejects.toThrow(NoAnswer);
  expect(fixture.exchanges).toMatchObject([{ answer: undefined }]);
  fixture.stop();
  await expect(fixture.client.get('/')).rejects.toThrow(Stopped);
  expect(fixture.exchanges).toHaveLength(1);
});
