/** A wording that the repository does not use, so that every text reads like plain American English. */
export interface Marker {
  readonly name: string;
  readonly pattern: RegExp;
  /** What to write instead. */
  readonly instead: string;
  /** A text with the wording. */
  readonly example: string;
  /** Files in which the wording is a name that is stored. */
  readonly allowed?: RegExp;
}

export const markers: readonly Marker[] = [
  {
    name: 'is no',
    pattern: /(?<!\bthere )\b(is|are|was|were|be|been) no (?!longer\b|more\b|later\b|sooner\b|less\b)/i,
    instead: 'is not a …, are not …',
    example: 'The value is no date.',
  },
  {
    name: 'nobody',
    // A name in quotation marks, or a part of an id, is data: an id or a user that does not exist.
    pattern: /(?<!["'`/:-])\b(nobody|somebody|anybody|everybody|whoever|whomever|no one)\b(?!@)/i,
    instead: 'the actor: no caller, a user, any client, all administrators',
    example: 'Whoever asks gets an answer.',
  },
  {
    name: 'stands',
    pattern: /\b(stands|stood)\b/i,
    instead: 'is, is in, appears, represents',
    example: 'The member stands in the list.',
  },
  {
    name: 'the living',
    pattern: /\bliving\b/i,
    instead: 'active rows, rows that are not deleted',
    example: 'unique among the living',
    // A column of resource_counts: to rename it would take a migration.
    allowed:
      /^(src\/database\/(migrations\/\d+-.*|tables|copy-database)|src\/directory\/list-store|src\/scim-server\/fuzz\.test|tests\/support\/directory-faults)\.ts$/,
  },
  {
    name: 'told',
    pattern: /\b(told|tells? of)\b/i,
    instead: 'reports, says, includes',
    example: 'The caller is told.',
  },
  {
    name: 'what became of',
    pattern: /\b(became|becomes?) of\b/i,
    instead: 'the result of',
    example: 'what became of each row',
  },
  {
    name: 'by itself',
    pattern: /\b(by (itself|themselves)|of (its|their) own)\b/i,
    instead: 'automatically; its own, custom',
    example: 'It is renewed by itself.',
  },
  {
    name: 'a time to come',
    pattern: /\b(to come|(is|are|was|were) over)\b/i,
    instead: 'a future time; has expired, has ended, is in the past',
    example: 'The time is over.',
  },
  {
    name: 'asked for',
    pattern: /\basked for\b/i,
    instead: 'requested; on request',
    example: 'returned where it is asked for',
  },
  {
    name: 'one after the other',
    pattern: /\b(one after (the other|another)|side by side)\b/i,
    instead: 'sequentially; concurrently',
    example: 'The requests run one after the other.',
  },
  {
    name: 'taken back',
    pattern: /\b(takes?|took|taken|taking) back\b/i,
    instead: 'rolled back',
    example: 'It is taken back.',
  },
  {
    name: 'made',
    pattern: /(?<![-:])\bmade\b(?!-)/i,
    instead: 'created, built, generated',
    example: 'a user that was made',
  },
  {
    name: 'What happened:',
    pattern: /\bwhat happened:/i,
    instead: 'List and export the event log.',
    example: 'What happened: every event',
  },
  {
    name: 'British spelling',
    pattern:
      /\b\w*(normalis|recognis|organis|authoris|serialis|initialis|customis|synchronis|capitalis|behaviour|catalogue|colour|favourite|honour|neighbour|centre|labelled(?!by)|misspelt)\w*|\banalys(ed?|es|ing)\b/i,
    instead: 'American spelling',
    example: 'the behaviour of the server',
    // An option that is misspelled on purpose.
    allowed: /^src\/base\/smtp-url\.test\.ts$/,
  },
];

/** The lines of a file that contain a marker, each with its place and what to write instead. */
export function markedLines({ path, text }: { readonly path: string; readonly text: string }): readonly string[] {
  const applied = markers.filter(({ allowed }) => allowed?.test(path) !== true);
  return text
    .split('\n')
    .flatMap((line, index) =>
      applied
        .filter(({ pattern }) => pattern.test(line))
        .map(({ name, instead }) => `${path}:${index + 1}: "${name}" (write ${instead}): ${line.trim()}`),
    );
}
