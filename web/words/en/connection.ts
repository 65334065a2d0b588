/** What the console and the portal say about answers that do not come from the server. */
export const connection = {
  /** The name of the language in requests. */
  code: 'en',
  locale: 'en',
  noAnswer: 'The server does not answer.',
  answered: (status: number) => `The server answered ${status}.`,
} as const;
