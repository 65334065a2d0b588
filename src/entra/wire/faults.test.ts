import { describe, expect, it } from 'vitest';
import { createInstantTimer } from '../../../tests/support/test-timer.ts';
import type { Faults } from '../application/application.ts';
import { openScimTransport, type ScimRequest } from './scim-transport.ts';
import { noFaults, optionsFor, startScriptedServer } from './scripted-server.fixture.ts';
import type { WireExchange } from './target-client.ts';

const read: ScimRequest = { method: 'GET', segments: ['Users', 'x'] };
const create: ScimRequest = { method: 'POST', segments: ['Users'], body: { userName: 'a'.repeat(987) } };
const remove: ScimRequest = { method: 'DELETE', segments: ['Users', 'x'] };
const LENGTH = 1_002;

function open(url: string, faults: Partial<Faults>) {
  const timer = createInstantTimer();
  return { timer, ...openScimTransport(optionsFor(url, { faults: { ...noFaults, ...faults }, timer })) };
}

describe('the transport with simulated faults', () => {
  it('sends the body in pieces, with a pause before each piece except the first', async () => {
    await using server = await startScriptedServer(() => ({ status: 201, body: {} }));
    const transport = open(server.url, { throttle: { bytes: 100, pauseMs: 40 } });
    expect((await transport.send(create, () => {})).status).toBe(201);
    transport.close();
    expect(server.received[0]).toMatchObject({ isCut: false });
    expect(server.received[0]?.body).toHaveLength(LENGTH);
    expect(transport.timer.sleeps).toEqual(Array.from({ length: Math.ceil(LENGTH / 100) - 1 }, () => 40));
  });

  it('does not time out because of its simulated pauses', async () => {
    await using server = await startScriptedServer(() => ({ status: 201, body: {} }));
    const faults = { ...noFaults, throttle: { bytes: 200, pauseMs: 250 } };
    const transport = openScimTransport(optionsFor(server.url, { faults, requestTimeoutMs: 1_000 }));
    expect((await transport.send(create, () => {})).status).toBe(201);
    transport.close();
    expect(server.received[0]?.body).toHaveLength(LENGTH);
  });

  it('reads the response slowly, with a pause before each piece', async () => {
    const text = JSON.stringify({ x: 'a'.repeat(400_000) });
    await using server = await startScriptedServer(() => ({ body: text }));
    const transport = open(server.url, { slowReadMs: 30 });
    expect((await transport.send(read, () => {})).text).toBe(text);
    transport.close();
    expect(transport.timer.sleeps.length).toBeGreaterThan(1);
    expect(new Set(transport.timer.sleeps)).toEqual(new Set([30]));
  });

  it('closes the connection in the middle of every second body', async () => {
    await using server = await startScriptedServer(() => ({ status: 201, body: {} }));
    const transport = open(server.url, { dropEvery: 2 });
    const exchanges: WireExchange[] = [];
    const record = (exchange: WireExchange) => void exchanges.push(exchange);
    expect((await transport.send(create, record)).status).toBe(201);
    expect((await transport.send(read, record)).status).toBe(201);
    await expect(transport.send(create, record)).rejects.toMatchObject({ kind: 'dropped' });
    expect((await transport.send(create, record)).status).toBe(201);
    await server.settled(4);
    transport.close();
    expect(server.received.map(({ body, isCut }) => [body.length, isCut])).toEqual([
      [LENGTH, false],
      [0, false],
      [LENGTH / 2, true],
      [LENGTH, false],
    ]);
    expect(exchanges[2]).toMatchObject({ response: null, error: expect.stringContaining('on purpose') });
  });

  it('sends every third write twice, and uses the second response', async () => {
    await using server = await startScriptedServer((_, index) => ({ status: 200 + index, body: {} }));
    const transport = open(server.url, { duplicateEvery: 3 });
    const exchanges: WireExchange[] = [];
    const statuses: number[] = [];
    for (const request of [create, read, remove, create, remove]) {
      statuses.push((await transport.send(request, (exchange) => void exchanges.push(exchange))).status);
    }
    transport.close();
    expect(statuses).toEqual([200, 201, 202, 204, 205]);
    expect(server.received.map(({ line }) => line.split(' ')[0])).toEqual([
      'POST',
      'GET',
      'DELETE',
      'POST',
      'POST',
      'DELETE',
    ]);
    expect(exchanges[3]).toMatchObject({ response: { status: 203 }, error: expect.stringContaining('discarded') });
    expect(exchanges[4]).toMatchObject({ response: { status: 204 }, error: null });
  });
});
