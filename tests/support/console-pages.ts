import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import type { OpenedPage } from './browser.ts';
import { openOverlay } from './console-overlays.ts';
import type { ConsoleState } from './console-steps.ts';

const router = fileURLToPath(new URL('../../web/router.tsx', import.meta.url));
const UNKNOWN_PATH = '/a-page-that-does-not-exist';
/** The pages that have answers other than those of the server. */
const changed = new WeakSet<Page>();

/**
 * Returns every page of the console, as listed in web/router.tsx, without the addresses that only lead to another page.
 *
 * @param ids a value for each parameter of a path, such as `person`
 */
export function consoleRoutes(ids: Readonly<Record<string, string>>): readonly ConsoleState[] {
  const paths = [...readFileSync(router, 'utf8').matchAll(/\bpath: '(?<path>[^'/][^']*)'(?!, loader)/g)].map(
    ({ groups }) => groups?.['path'] ?? '',
  );
  return ['', ...paths].map((route) => ({ name: route === '' ? 'home' : route, path: pathOf(route, ids) }));
}

function pathOf(route: string, ids: Readonly<Record<string, string>>): string {
  if (route === '*') return UNKNOWN_PATH;
  const path = route.replaceAll(/\/:\w+\?/g, '').replaceAll(/:(\w+)/g, (_match, name: string) => {
    const id = ids[name];
    if (id === undefined) throw new Error(`The path ${route} of web/router.tsx needs a value for ${name}.`);
    return id;
  });
  return `/${path}`;
}

/** Shows another address without loading the console again, as a link of it does. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(`
    history.pushState({}, '', ${JSON.stringify(`/console${path}`)});
    window.dispatchEvent(new PopStateEvent('popstate'));
  `);
}

/** Shows another address like `goTo`, once the previous page is gone: a button of the same name there cannot be used instead. */
export async function openAfresh(page: Page, path: string): Promise<void> {
  await leave(page);
  await goTo(page, path);
  await unknownPage(page).waitFor({ state: 'detached' });
}

/** Brings an open page of the console into a state. */
export async function showState(opened: OpenedPage, state: ConsoleState): Promise<void> {
  const { page, settle } = opened;
  const { path, overlay, prepare, show, isLoading = false } = state;
  await page.unrouteAll();
  await prepare?.(page);
  const isChanged = prepare !== undefined || isLoading;
  // Without another load, the page would show what it has read before.
  if (isChanged || changed.has(page) || !(await leave(page))) await page.goto(`/console${path}`);
  else await goTo(page, path);
  if (isChanged) changed.add(page);
  else changed.delete(page);
  if (path !== UNKNOWN_PATH) await unknownPage(page).waitFor({ state: 'detached' });
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  if (!isLoading) await settle();
  if (overlay === undefined && show === undefined) return;
  if (overlay !== undefined) await openOverlay(page, overlay, (control) => control.click());
  await show?.(page);
  if (!isLoading) await settle();
}

const unknownPage = (page: Page) =>
  page.getByRole('heading', { level: 1, name: /This page does not exist|此页不存在/ });

/** Leaves a page, so that it keeps nothing, such as a selection. Returns false if a dialog or a menu of the frame is still open. */
async function leave(page: Page): Promise<boolean> {
  await goTo(page, UNKNOWN_PATH);
  await unknownPage(page).waitFor();
  return (await page.getByRole('dialog').or(page.getByRole('menu')).count()) === 0;
}
