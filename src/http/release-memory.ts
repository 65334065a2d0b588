import type { IncomingHttpHeaders } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import type { FastifyInstance } from 'fastify';

/** A body from this size on leaves memory that is worth a collection. */
export const LARGE_BODY_BYTES_MIN = 262_144;

export interface ReleaseOptions {
  /** From the last large body until V8 is asked. */
  readonly quietMs: number;
  /** How long V8 has for it: its own timer waits 8 seconds before each collection. */
  readonly savingMs: number;
  /** Sets a flag of V8. */
  readonly setFlag: (flag: string) => void;
}

const releaseOptions: ReleaseOptions = { quietMs: 2_000, savingMs: 30_000, setFlag: setFlagsFromString };

/**
 * Lets V8 give back the memory of large bodies. It keeps the pages of a collection for later, until a collection that reduces
 * memory; its timer for that does not start one in a server that has become quiet (decision 039). In the mode
 * that saves memory it does.
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

/** A body in chunks does not say how large it is. */
function isLarge(headers: IncomingHttpHeaders): boolean {
  const length = headers['content-length'];
  return length === undefined ? headers['transfer-encoding'] !== undefined : Number(length) >= LARGE_BODY_BYTES_MIN;
}
