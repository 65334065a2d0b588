export const states = { ACTIVATED: 'Active', SUSPENDED: 'Suspended', STAGED: 'Staged' } as const;

export const passwords = {
  'Password Pending': 'Pending',
  Active: 'Set',
  Expired: 'Expired',
  Locked: 'Locked',
  'Managed by the source': 'Managed by the source',
} as const;

export const outcomes = {
  accepted: 'accepted',
  unchanged: 'no change',
  refused: 'refused',
  failed: 'failed',
  deleted: 'deleted',
  waiting: 'waiting',
} as const;

export const time = {
  now: 'just now',
  at: (relative: string, exact: string) => `${relative}: ${exact}`,
  never: 'never',
} as const;
