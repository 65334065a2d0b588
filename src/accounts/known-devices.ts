import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { DAY_MS } from '#base/clock.ts';
import { cookieHeader, cookieName, readCookie } from '#base/cookies.ts';
import type { AccountDeps } from './account.ts';

/** Days that a device stays known after the last sign-in on it. */
export const KNOWN_DEVICE_DAYS = 180;
/** The maximum number of accounts that a device is known to. The accounts that signed in on it most recently are kept. */
export const DEVICE_ACCOUNTS_MAX = 5;
const DEVICE_ID_BYTES = 16;

/** A device on which accounts signed in before. Only failures on the device itself make it wait, not failures elsewhere. */
export interface KnownDevice {
  readonly id: string;
  readonly accountIds: readonly string[];
}

const sealedDevice = z.object({
  id: z.string(),
  /** Account ids, each with the time until which the device is known to the account, in milliseconds since 1970. */
  accounts: z.array(z.tuple([z.string(), z.number()])),
});
type SealedDevice = z.output<typeof sealedDevice>;

type DeviceDeps = Pick<AccountDeps, 'secrets' | 'clock' | 'publicUrl'>;

/** Returns the device that sent a Cookie header; undefined for an unknown device, and for a cookie that this server did not create. */
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
    // The cookie was sealed with another key or changed, so the device is unknown.
    return undefined;
  }
}

/** Returns the Set-Cookie header that makes a device known to an account that has just authenticated. */
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
