import type { ObservedStatement } from '#database/statement-observer.ts';
import type { CheckedStatements } from './checked-statements.ts';

/** A statement that the product ran, and the function that ran it. */
export interface RecordedStatement extends ObservedStatement {
  /** `src/directory/user-store.ts findUser`. */
  readonly source: string;
}

/** Enough for the asynchronous frames between a store and the driver. */
const FRAMES_MAX = 60;
/** How often the same text is looked at again while only tests have run it. */
const LOOKS_MAX = 20;

/** Filters that a test generates differ without end: this many texts of one function are explained. */
const TEXTS_OF_SOURCE_MAX = 40;

/** What is between a store and the recorder. */
const infrastructure =
  /\/node_modules\/|\/tests\/support\/(statement-plans\/|(test-database|reused-copies)\.ts)|\/src\/database\/(prepared|database|engine|migrate)\.ts|\/src\/database\/(sqlite|postgres)\//;
const explainable = /^\s*(select|with|insert|update|delete)\b/i;

/** Keeps one of each statement that the product runs; statements of tests and migrations are left out. */
export class StatementRecorder {
  readonly #statements = new Map<string, RecordedStatement>();
  readonly #looks = new Map<string, number>();
  readonly #textsOfSource = new Map<string, number>();
  readonly #checked: Pick<CheckedStatements, 'has'>;

  /** Leaves out the statements in `checked`. */
  constructor(checked: Pick<CheckedStatements, 'has'> = new Set()) {
    this.#checked = checked;
  }

  readonly observe = (statement: ObservedStatement): void => {
    const { sql } = statement;
    if (this.#statements.has(sql) || !explainable.test(sql)) return;
    const looks = this.#looks.get(sql) ?? 0;
    if (looks >= LOOKS_MAX) return;
    if (looks === 0 && this.#checked.has(sql)) {
      this.#looks.set(sql, LOOKS_MAX);
      return;
    }
    this.#looks.set(sql, looks + 1);
    const source = callerOfStatement();
    if (source === undefined) return;
    const texts = (this.#textsOfSource.get(source) ?? 0) + 1;
    this.#textsOfSource.set(source, texts);
    if (texts > TEXTS_OF_SOURCE_MAX) this.#looks.set(sql, LOOKS_MAX);
    else this.#statements.set(sql, { ...statement, source });
  };

  get statements(): readonly RecordedStatement[] {
    return [...this.#statements.values()];
  }
}

/** The first function of the product in the stack; undefined where a test or a migration comes before it. */
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
