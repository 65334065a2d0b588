import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A proxy that serves TLS with a certificate that it signed itself, as in front of a real installation. */
export interface TlsProxy extends AsyncDisposable {
  readonly url: string;
  /** Forwards all further requests to a server. */
  readonly forwardTo: (url: string) => void;
}

/** Starts a proxy on the loopback address. It answers 502 until it knows its server. Needs the program openssl. */
export async function startTlsProxy(): Promise<TlsProxy> {
  let target: string | undefined;
  const proxy = createServer(await selfSigned(), (incoming, answer) => {
    if (target === undefined) {
      answer.writeHead(502).end();
      return;
    }
    const headers = {
      ...incoming.headers,
      'x-forwarded-for': incoming.socket.remoteAddress ?? '',
      'x-forwarded-proto': 'https',
    };
    const { method } = incoming;
    const forwarded = request(new URL(incoming.url ?? '/', target), { method, headers, setHost: false }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.rawHeaders);
      answered.pipe(answer);
    });
    forwarded.on('error', () => answer.destroy());
    // A live connection ends when the browser closes it.
    answer.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://localhost:${(proxy.address() as AddressInfo).port}`,
    forwardTo: (url) => {
      target = url;
    },
    [Symbol.asyncDispose]: async () => {
      proxy.closeAllConnections();
      await new Promise<void>((resolve) => proxy.close(() => resolve()));
    },
  };
}

async function selfSigned(): Promise<{ readonly key: Buffer; readonly cert: Buffer }> {
  const folder = await mkdtemp(join(tmpdir(), 'tanhua-tls-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    await run('openssl', [...request, '-keyout', key, '-out', cert, ...names]);
    return { key: await readFile(key), cert: await readFile(cert) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
