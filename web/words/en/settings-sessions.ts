/** Sessions: the reader’s own, and those of another administrator. */
export const sessions = {
  title: 'Sessions',
  none: 'No session is open.',
  current: 'this one',
  signedIn: 'signed in',
  used: 'last used',
  from: (ip: string) => `from ${ip}`,
  unknownProgram: 'An unknown program',
  end: 'End',
  endLabel: (program: string) => `End the session of ${program}`,
  endAll: 'End all sessions',
  endOthers: 'End all other sessions',
  ended: 'The session has ended.',
} as const;
