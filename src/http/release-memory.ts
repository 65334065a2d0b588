import type { IncomingHttpHeaders } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import type { FastifyInstance } from 'fastify';

/** The minimum size, in bytes, of a body that leaves so much memory behind that a garbage collection is worthwhile. */
export const LARGE_BODY_BYTES_MIN = 262_144;

export interface ReleaseOptions {
  /** The time from the last large body until V8 is switched to its memory saver mode. */
  readonly quietMs: number;
  /** The time that V8 stays in memory saver mode. V8's own timer waits 8 seconds before each collection. */
  readonly savingMs: number;
  /** Sets a V8 flag. */
  readonly setFlag: (flag: string) => void;
}

const releaseOptions: ReleaseOptions = { quietMs: 2_000, savingMs: 30_000, setFlag: setFlagsFromString };

/**
 * Makes V8 return the memory of large bodies to the operating system. After a garbage collection, V8 keeps the freed pages until
 * a memory-reducing collection. In a server that has become idle, V8's timer starts such a collection only in memory saver mode
 * (decision 039).
 */
export function releaseMemory(app: FastifyInstance, options: ReleaseOptions = releaseOptions): void {
  const { quietMs, savingMs, setFlag } = options;
  let timer: NodeJS.Timeout | undefined;
  let isSaving = false;
  const stop = (): void => {
    clearTimeout(timer);
    if (isSaving) setFlag('--no-memory-saver-mode');
    isSaving = false;
  };
  const save = (): void => {
    isSaving = true;
    setFlag('--memory-saver-mode');
    timer = setTimeout(stop, savingMs).unref();
  };
  app.addHook('onResponse', (request, _reply, done) => {
    if (isLarge(request.headers)) {
      stop();
      timer = setTimeout(save, quietMs).unref();
    }
    done();
  });
  app.addHook('onClose', (_app, done) => {
    stop();
    done();
  });
}

/** True for a large body. A chunked body counts as large, because its size is not known in advance. */
function isLarge(headers: IncomingHttpHeaders): boolean {
  const length = headers['content-length'];
  return length === undefined ? headers['transfer-encoding'] !== undefined : Number(length) >= LARGE_BODY_BYTES_MIN;
}
