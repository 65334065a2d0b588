import type { TestEngine } from './engine.fixture.ts';
import type { RunEnd } from './run-job.ts';

/** Runs a cycle, and stops it after a number of requests, as if the process were stopped. The two requests of the probe do not count. */
export async function runCycleStoppingAfter(on: TestEngine, requests: number): Promise<RunEnd> {
  let seen = 0;
  const count = () => {
    seen += 1;
    on.server.directory.clock.advance(1);
  };
  on.server.app.server.on('request', count);
  const end = await on.cycle({ isStopping: () => seen >= requests + 2, onProgress: () => {} });
  on.server.app.server.off('request', count);
  return end;
}

/**
 * Makes the server answer only the first `answered` requests with a method. `reached` resolves when the first request is left unanswered.
 * `answerAgain` makes the server answer all requests again.
 */
export function leaveUnanswered(on: TestEngine, method: string, answered: number) {
  const { server } = on.server.app;
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  const emit = server.emit.bind(server) as (event: string, ...values: readonly unknown[]) => boolean;
  let seen = 0;
  server.emit = (event: string, ...values: readonly unknown[]) => {
    if (event !== 'request' || (values[0] as { readonly method?: string }).method !== method)
      return emit(event, ...values);
    seen += 1;
    if (seen <= answered) return emit(event, ...values);
    resolve();
    return true;
  };
  return {
    reached,
    answerAgain: () => {
      server.emit = emit;
    },
  };
}
