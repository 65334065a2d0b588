import { eventSource } from './event-source.ts';
import { requestSource } from './request-source.ts';
import type { LiveSource } from './live-source.ts';

/** The sources of live updates, by the names that a request uses. */
export const liveSources = { events: eventSource, requests: requestSource } as const satisfies Readonly<
  Record<string, LiveSource>
>;

export type LiveKind = keyof typeof liveSources;

export const liveKinds = Object.keys(liveSources) as readonly LiveKind[];
