import type { Locator } from '@playwright/test';

/** Uses a page as a reader does, and counts what the reader has to do. */
export class CountedSteps {
  /** Buttons, links and choices that were clicked. */
  clicks = 0;
  /** Fields that were filled in. */
  fields = 0;
  /** Searches that were typed. */
  searches = 0;

  async click(target: Locator): Promise<void> {
    this.clicks += 1;
    await target.click();
  }

  async fill(field: Locator, text: string): Promise<void> {
    this.fields += 1;
    await field.fill(text);
  }

  /** Types a search and sends it with Enter. */
  async search(field: Locator, text: string): Promise<void> {
    this.searches += 1;
    await field.fill(text);
    await field.press('Enter');
  }

  /** Types a search whose results appear while it is typed. */
  async type(field: Locator, text: string): Promise<void> {
    this.searches += 1;
    await field.fill(text);
  }
}
