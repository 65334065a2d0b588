import type { Locator, Page } from '@playwright/test';
import type { Role } from '#admins/roles.ts';

/** A page of the console in one of its states. */
export interface ConsoleState {
  readonly name: string;
  /** The path below /console. */
  readonly path: string;
  /** True if the page has nothing to list, and so no control that other pages lack. */
  readonly isEmpty?: boolean;
  /** True if phones do not have this state. */
  readonly isWide?: boolean;
  /** The role of the reader. Default: the one that may do everything. */
  readonly role?: Role;
  /** Changes what the server answers, before the page is opened. */
  readonly prepare?: Step;
  /** True if the page keeps loading. */
  readonly isLoading?: boolean;
  /** What is open above the page. */
  readonly overlay?: Overlay;
  /** Brings the page into its state after it and its overlay were opened, such as with a selection. */
  readonly show?: Step;
}

/** Something that opens above a page: a dialog, a drawer or a menu. */
export interface Overlay {
  /** The control that opens it. */
  readonly origin: Find;
  readonly above: Find;
  /** A menu that has to be opened first, which contains the origin. */
  readonly menu?: Find;
  /** True if the control is in the menu of the frame on a phone. */
  readonly isInMenuOnPhones?: boolean;
}

export type Step = (page: Page) => Promise<void>;
export type Find = (page: Page) => Locator;

export const dialogSeen: Step = async (page) => await page.getByRole('dialog').first().waitFor();

export function press(role: 'button' | 'radio' | 'link', name: string | RegExp): Step {
  return async (page) => await page.getByRole(role, { name }).first().click();
}

export function fill(role: 'searchbox' | 'combobox', name: string | RegExp, text: string): Step {
  return async (page) => await page.getByRole(role, { name }).fill(text);
}

export function seen(text: string | RegExp): Step {
  return async (page) => await page.getByText(text).first().waitFor();
}

/** Takes the steps in order. */
export function all(...steps: readonly Step[]): Step {
  return async (page) => {
    for (const step of steps) await step(page);
  };
}
