import type { Page } from '@playwright/test';
import { PASSWORD } from './browser.ts';
import { press, type Step } from './console-steps.ts';

/** A page of the portal in one of its states, for a reader who is signed in with `PASSWORD` and has no authenticator app. */
export interface PortalState {
  readonly name: string;
  /** The path below /portal. */
  readonly path: string;
  readonly heading: RegExp;
  readonly show?: Step;
}

/** Every page of the portal, and its forms. */
export const portalStates: readonly PortalState[] = [
  { name: 'start', path: '', heading: /Hello/ },
  {
    name: 'profile',
    path: '/profile',
    heading: /Profile/,
    show: press('button', 'Change: Alternate email address'),
  },
  { name: 'password', path: '/password', heading: /Password/, show: typePassword },
  { name: 'authenticator', path: '/second-factor', heading: /Authenticator app/ },
  { name: 'authenticator scan', path: '/second-factor', heading: /Authenticator app/, show: proveAndScan },
  { name: 'passkey', path: '/passkeys', heading: /Passkeys/, show: press('button', 'Add a passkey') },
  { name: 'ssh key', path: '/ssh-keys', heading: /SSH keys/, show: addKey },
  { name: 'sessions', path: '/sessions', heading: /Sessions/ },
  { name: 'unknown', path: '/nothing/here', heading: /This page does not exist/ },
];

async function typePassword(page: Page): Promise<void> {
  await page.getByLabel('New password', { exact: true }).fill('kq4-tzm8-w');
  await page.getByText('Strength: good').waitFor();
}

async function proveAndScan(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Set up the app' }).click();
  await page.getByLabel('Your password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('img').waitFor();
}

async function addKey(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add a key' }).click();
  await page.getByLabel('Name of the key').fill('Laptop');
  await page.getByLabel('Public key').fill('nonsense');
  await page.getByRole('button', { name: 'Add the key' }).click();
  await page.getByRole('alert').getByText('The public key is not an SSH public key.').waitFor();
}

/** Brings an open window into a state. */
export async function showPortalState(page: Page, { path, heading, show }: PortalState): Promise<void> {
  await page.goto(`/portal${path}`);
  await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
  await show?.(page);
}
