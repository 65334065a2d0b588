import { useSyncExternalStore } from 'react';

/** What the page knows about its connection to the server. */
export interface Connection {
  /** False while the server does not answer. */
  readonly isReachable: boolean;
  /** True once the server has said that the session has ended. */
  readonly isExpired: boolean;
}

let connection: Connection = { isReachable: true, isExpired: false };
const listeners = new Set<() => void>();

function set(next: Partial<Connection>): void {
  const changed = { ...connection, ...next };
  if (changed.isReachable === connection.isReachable && changed.isExpired === connection.isExpired) return;
  connection = changed;
  for (const listener of listeners) listener();
}

/** Notes that the server answered. A 401 to anything but a sign-in means that the session has ended. */
export function reportAnswer(status: number, path: string): void {
  const isSignIn = /^\/api\/(auth|portal)\/(sign-in|session$)/.test(path);
  set({
    isReachable: status !== 502 && status !== 503 && status !== 504,
    ...(status === 401 && !isSignIn && { isExpired: true }),
  });
}

/** Notes that the server could not be reached. */
export function reportNoAnswer(): void {
  set({ isReachable: false });
}

/** Notes that the reader has signed in again. */
export function reportSignedIn(): void {
  set({ isReachable: true, isExpired: false });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, () => connection);
}
