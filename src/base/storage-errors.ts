import type { ErrorDefinition } from './error-definition.ts';

/** Errors of the disk behind the database. */
export const storageErrors = {
  storageFull: {
    status: 507,
    title: 'The storage of the directory is full',
    remedy:
      'Free space on the disk of the database, or make it larger: writing then works again without a restart. Wait the number of seconds in Retry-After, then try again.',
  },
  storageFailed: {
    status: 503,
    title: 'The storage of the directory fails, is read-only, or has lost data',
    remedy:
      'Look for the cause in the log, run tanhua doctor, and repair the disk or restore a backup. Wait the number of seconds in Retry-After, then try again.',
  },
} as const satisfies Readonly<Record<string, ErrorDefinition>>;
