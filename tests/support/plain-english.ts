/** Wordings that the repository does not use, and what is written instead. Each is counted in every text, and the count is zero. */
export interface Marker {
  readonly name: string;
  readonly pattern: RegExp;
  readonly instead: string;
}

export const markers: readonly Marker[] = [
  {
    name: 'is no',
    pattern: /(?<!\bthere )\b(is|are|was|were|be|been) no (?!longer\b|more\b|later\b|sooner\b|less\b)/gi,
    instead: 'is not a …, are not …',
  },
  {
    name: 'nobody',
    // A name in quotation marks is data: an id or a user that does not exist.
    pattern: /(?<!["'/])\b(nobody|somebody|anybody|everybody|whoever|whomever|no one)\b(?!@)/gi,
    instead: 'the actor: no caller, a user, any client, all administrators',
  },
  { name: 'stands', pattern: /\b(stands|stood)\b/gi, instead: 'is, is in, appears, represents' },
  { name: 'the living', pattern: /\bliving\b/gi, instead: 'active rows, rows that are not deleted' },
  { name: 'is told', pattern: /\b(told|tells of|tell of)\b/gi, instead: 'reports, says, includes' },
  { name: 'what became of', pattern: /\b(became|become|becomes) of\b/gi, instead: 'the result of' },
  {
    name: 'by itself',
    pattern: /\b(by itself|by themselves|of its own|of their own)\b/gi,
    instead: 'automatically; its own, custom',
  },
  {
    name: 'a time to come',
    pattern: /\b(to come|(is|are|was|were) over)\b/gi,
    instead: 'a future time; has expired, has ended',
  },
  { name: 'asked for', pattern: /\basked for\b/gi, instead: 'requested; on request' },
  {
    name: 'one after the other',
    pattern: /\b(one after (the other|another)|side by side)\b/gi,
    instead: 'sequentially; concurrently',
  },
  { name: 'taken back', pattern: /\b(take|takes|took|taken|taking) back\b/gi, instead: 'rolled back' },
  { name: 'made', pattern: /\bmade\b/gi, instead: 'created, built, generated' },
  { name: 'What happened', pattern: /\bwhat happened:/gi, instead: 'events; List the event log' },
  {
    name: 'British spelling',
    pattern:
      /\b\w*(normalis|recognis|behaviour|catalogue|colour|favourite|honour|neighbour|organis|authoris|serialis|initialis|customis|synchronis|capitalis|analys(e[ds]?|ing)\b|centre|labelled(?!by)|misspelt)\w*/gi,
    instead: 'American spelling',
  },
];
