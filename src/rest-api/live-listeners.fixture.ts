import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { ACCESS_INTERVAL_MS } from '#live/access-watch.ts';
import type { TestRestApi } from './rest-api.fixture.ts';

export interface SseMessage {
  readonly event: string;
  readonly id: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read messages of any shape
  readonly data: any;
}

/** A client of live updates. */
export interface TestListener {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** The body of a response that is not a stream. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read responses of any shape
  readonly body: any;
  /** Lets time pass until the next message arrives, and returns it. */
  readonly next: () => Promise<SseMessage>;
  /** Lets time pass until `count` more messages have arrived, and returns the names of the targets of these events. */
  readonly names: (count: number) => Promise<readonly string[]>;
  /** Lets time pass until the message about the end arrives, and returns the code of the error. */
  readonly end: () => Promise<string>;
  /** Lets time pass until the stream has ended. */
  readonly ended: () => Promise<void>;
  /** The id that a browser would send to continue. */
  readonly lastId: () => string;
  /** Everything that was received. */
  readonly text: () => string;
  readonly close: () => void;
}

/** The number of times that the time advances before a test fails because nothing arrived. */
const STEPS_MAX = 400;

/** Sends GET /api/live with a query and headers over a socket, and returns when the first part of the response has arrived. */
export async function listen(
  { app, liveTimer, key }: TestRestApi,
  query = '',
  headers: Readonly<Record<string, string>> = { 'x-api-key': key },
): Promise<TestListener> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
  const client = new AbortController();
  const { port } = app.server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/api/live${query}`, { headers, signal: client.signal });
  let text = '';
  let read = 0;
  let hasEnded = false;
  void receive(answer, (part) => void (text += part)).then(() => (hasEnded = true));
  const advance = async (isDone: () => boolean) => {
    for (let step = 0; !isDone(); step += 1) {
      if (step > STEPS_MAX) expect.fail(`Nothing arrived after:\n${text}`);
      await liveTimer.advance(ACCESS_INTERVAL_MS);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  let parsedLength = 0;
  const parsed: SseMessage[] = [];
  const messages = () => {
    const end = Math.max(parsedLength, text.lastIndexOf('\n\n') + 2);
    const parts = text.slice(parsedLength, end).split('\n\n');
    parsed.push(...parts.filter((part) => part.includes('data: ')).map(parse));
    parsedLength = end;
    return parsed;
  };
  const next = async () => {
    await advance(() => messages().length > read);
    read += 1;
    return messages()[read - 1] ?? expect.fail('a message has arrived');
  };
  await advance(() => text !== '');
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: answer.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : undefined,
    next,
    names: async (count) => {
      const found: string[] = [];
      while (found.length < count) {
        const { event, data } = await next();
        found.push(data.resource?.username ?? `${event}: ${JSON.stringify(data)}`);
      }
      return found;
    },
    end: async () => {
      for (;;) {
        const { event, data } = await next();
        if (event === 'end') return data.error_code;
      }
    },
    ended: async () => await advance(() => hasEnded),
    lastId: () => [...text.matchAll(/^id: (?<id>.*)$/gm)].at(-1)?.groups?.['id'] ?? '',
    text: () => text,
    close: () => client.abort(),
  };
}

/** Passes on the parts of a body. Resolves when the body has ended, or when the client has closed the connection. */
async function receive({ body }: Response, onPart: (part: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  try {
    for await (const part of body ?? []) onPart(decoder.decode(part, { stream: true }));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
  }
}

function parse(part: string): SseMessage {
  const fields = Object.fromEntries(
    part.split('\n').map((line) => {
      const end = line.indexOf(': ');
      return [line.slice(0, end), line.slice(end + 2)];
    }),
  );
  return { event: fields['event'] ?? '', id: fields['id'] ?? '', data: JSON.parse(fields['data'] ?? 'null') };
}
