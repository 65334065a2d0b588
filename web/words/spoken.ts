import type { Shape } from './en.ts';
import { connection } from './en/connection.ts';

type Connection = Shape<typeof connection>;

let spoken: Connection = connection;

/** Returns the language of the page for requests to the server, and the texts about answers that do not come from it. */
export function spokenWords(): Connection {
  return spoken;
}

/** Sets the language of requests. The page calls it when its own texts change. */
export function speak(words: Connection): void {
  spoken = words;
}
