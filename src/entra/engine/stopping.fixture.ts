import type { TestEngine } from './engine.fixture.ts';
import type { RunEnd } from './run-job.ts';

/** A cycle that is told to stop after some requests: as when the process is told to end. */
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
