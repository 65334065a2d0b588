import type { ObservedStatement } from '#database/statement-observer.ts';
import type { CheckedStatements } from './checked-statements.ts';

/** A statement of the program, and the function that ran it. */
export interface RecordedStatement extends ObservedStatement {
  /** The file and the function, such as `src/directory/user-store.ts findUser`. */
  readonly source: string;
}

/** Number of stack frames to capture: enough to include the asynchronous frames between a store and the driver. */
const FRAMES_MAX = 60;
/** If only tests or migrations have run a statement this many times, its further runs are ignored. */
const ATTEMPTS_MAX = 20;

/** The maximum number of statements per function that are explained, because a test may generate any number of different filters. */
const TEXTS_OF_SOURCE_MAX = 40;

/** Matches the files of stack frames that are between a store and the recorder. */
const infrastructure =
  /\/node_modules\/|\/tests\/support\/(statement-plans\/|(test-database|reused-copies)\.ts)|\/src\/database\/(prepared|database|engine|migrate)\.ts|\/src\/database\/(sqlite|postgres)\//;
const explainable = /^\s*(select|with|insert|update|delete)\b/i;

/** Records each distinct statement that the program runs, but not the statements of tests and migrations. */
export class StatementRecorder {
  readonly #statements = new Map<string, RecordedStatement>();
  readonly #attempts = new Map<string, number>();
  readonly #textsOfSource = new Map<string, number>();
  readonly #checked: Pick<CheckedStatements, 'has'>;

  /** Does not record the statements in `checked`. */
  constructor(checked: Pick<CheckedStatements, 'has'> = new Set()) {
    this.#checked = checked;
  }

  readonly observe = (statement: ObservedStatement): void => {
    const { sql } = statement;
    if (this.#statements.has(sql) || !explainable.test(sql)) return;
    const attempts = this.#attempts.get(sql) ?? 0;
    if (attempts >= ATTEMPTS_MAX) return;
    if (attempts === 0 && this.#checked.has(sql)) {
      this.#attempts.set(sql, ATTEMPTS_MAX);
      return;
    }
    this.#attempts.set(sql, attempts + 1);
    const source = callerOfStatement();
    if (source === undefined) return;
    const texts = (this.#textsOfSource.get(source) ?? 0) + 1;
    this.#textsOfSource.set(source, texts);
    if (texts > TEXTS_OF_SOURCE_MAX) this.#attempts.set(sql, ATTEMPTS_MAX);
    else this.#statements.set(sql, { ...statement, source });
  };

  get statements(): readonly RecordedStatement[] {
    return [...this.#statements.values()];
  }
}

/** Returns the function of the program that is innermost in the stack; undefined if a test or a migration ran the statement itself. */
function callerOfStatement(): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES_MAX;
  const frames = (new Error('where').stack ?? '').split('\n').slice(2);
  Error.stackTraceLimit = limit;
  for (const frame of frames) {
    const path = /(?:file:\/\/)?(\/[^()]*?\.ts)(?:\?[^:)]*)?(?::\d+)*\)?$/.exec(frame)?.[1];
    if (path === undefined || infrastructure.test(path)) continue;
    if (/\.(test|fixture)\.ts$/.test(path)) return undefined;
    const relative = /\/(src\/.*)$/.exec(path)?.[1];
    if (relative === undefined || relative.startsWith('src/database/migrations/')) return undefined;
    const name = /at (?:async )?(?:Promise\.\w+ \(index \d+\)|([\w.#<>]+))/.exec(frame)?.[1] ?? '';
    return `${relative} ${name.split('.').at(-1) ?? ''}`;
  }
  return undefined;
}
