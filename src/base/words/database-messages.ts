/** What went wrong with the database behind the directory, in English. `zh-database-messages.ts` has it in Chinese. */
export const databaseMessages = {
  unreachable: 'The database cannot be reached. Nothing was changed: try again.',
  attemptsExhausted: (attempts: number) =>
    `The database could not apply the change in ${attempts} attempts, because other requests were changing the same data or because it could not be reached. Nothing was changed: try again.`,
  tooManyWaiting: (id: string, max: number, seconds: number) =>
    `Too many changes are waiting for the resource ${id}: at most ${max} may wait, each for at most ${seconds} seconds. Nothing was changed: try again with fewer concurrent requests.`,
  commitUnconfirmed:
    'The connection to the database was lost before the change was confirmed: it was applied completely, or not at all. Read the resource before you send the change again.',
  tooSlow: (seconds: number) =>
    `The database took longer than ${seconds} seconds. Nothing was changed: request less data, or try again.`,
  connectionLost:
    'The connection to the database was lost during a statement: the change may or may not have been applied. Read the resource before you send the change again.',
  organizationMoving: 'The organization is being moved to another database. Nothing was changed: try again.',
  storage: (fault: string, outcome: string) => `${fault} ${outcome}`,
  storageFaults: {
    full: 'The storage of the directory is full.',
    readOnly: 'The storage of the directory is read-only.',
    damaged: 'The database of the directory is damaged.',
    failed: 'The storage of the directory failed.',
  },
  outcomes: {
    nothing: 'Nothing was changed: try again later.',
    unknown: 'The change may or may not have been done: read the resource before you send the change again.',
  },
} as const;
