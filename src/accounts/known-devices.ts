import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { DAY_MS } from '#base/clock.ts';
import { cookieHeader, cookieName, readCookie } from '#base/cookies.ts';
import type { AccountDeps } from './account.ts';

/** How long a device is known after the last sign-in on it. */
export const KNOWN_DEVICE_DAYS = 180;
/** Accounts that one device is known to: those that signed in last. */
export const DEVICE_ACCOUNTS_MAX = 5;
const DEVICE_ID_BYTES = 16;

/** A device on which accounts signed in before: failures elsewhere do not make it wait, and its own do. */
export interface KnownDevice {
  readonly id: string;
  readonly accountIds: readonly string[];
}

const sealedDevice = z.object({
  id: z.string(),
  /** Ids of accounts, each with the time until which the device is known to it. */
  accounts: z.array(z.tuple([z.string(), z.number()])),
});
type SealedDevice = z.output<typeof sealedDevice>;

type DeviceDeps = Pick<AccountDeps, 'secrets' | 'clock' | 'publicUrl'>;

/** The device that sends a Cookie header; undefined for one that is not known, or whose cookie is not ours. */
export function readDevice(deps: DeviceDeps, cookies: string | undefined): KnownDevice | undefined {
  const found = openDevice(deps, cookies);
  return found && { id: found.id, accountIds: found.accounts.map(([accountId]) => accountId) };
}

function openDevice(deps: DeviceDeps, cookies: string | undefined): SealedDevice | undefined {
  const sealed = readCookie(cookies, cookieName(deps.publicUrl(), 'device'));
  if (sealed === undefined) return undefined;
  try {
    const { id, accounts } = sealedDevice.parse(JSON.parse(deps.secrets.open(sealed)));
    const now = deps.clock.now().getTime();
    return { id, accounts: accounts.filter(([, until]) => until > now) };
  } catch {
    // Another key sealed it, or it was changed: the device is unknown.
    return undefined;
  }
}

/** The Set-Cookie header that makes a device known to an account that has just proved who it is. */
export function deviceCookie(deps: DeviceDeps, cookies: string | undefined, accountId: string): string {
  const known = openDevice(deps, cookies);
  const until = deps.clock.now().getTime() + KNOWN_DEVICE_DAYS * DAY_MS;
  const others = (known?.accounts ?? []).filter(([id]) => id !== accountId);
  const device: SealedDevice = {
    id: known?.id ?? randomBytes(DEVICE_ID_BYTES).toString('base64url'),
    accounts: [[accountId, until] as [string, number], ...others].slice(0, DEVICE_ACCOUNTS_MAX),
  };
  return cookieHeader(deps.publicUrl(), 'device', {
    value: deps.secrets.seal(JSON.stringify(device)),
    maxAgeSeconds: (KNOWN_DEVICE_DAYS * DAY_MS) / 1_000,
  });
}
