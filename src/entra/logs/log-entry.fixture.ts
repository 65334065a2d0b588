import type { ProvisioningEntry } from './provisioning-entry.ts';

/** What differs between the entries of a test. */
interface TestLogEntry extends Pick<ProvisioningEntry, 'sourceId' | 'changeId'> {
  /** When the change started and ended. */
  readonly at: Date;
}

/** Returns an entry of the provisioning logs about a change of a user without steps and exchanges. */
export function testLogEntry({ at, sourceId, changeId }: TestLogEntry): ProvisioningEntry {
  return {
    startedAt: at,
    endedAt: at,
    action: 'other',
    status: 'success',
    skipReason: null,
    error: null,
    objectType: 'User',
    sourceId,
    sourceName: 'ann',
    targetId: '',
    targetObject: 'User',
    steps: [],
    modifiedProperties: [],
    exchanges: [],
    changeId,
  };
}
