import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type OpenedPage, type TestConsole } from '../../support/browser.ts';
import { createConsoleSamples, type ConsoleSamples } from '../../support/console-samples.ts';
import { skipWithout } from '../../support/skip-without.ts';
import { goTo } from './on-page.ts';

describe.skipIf(skipWithout(browserUnavailableReason()))('an action that takes something away', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  let samples: ConsoleSamples;
  const sent: string[] = [];
  beforeAll(async () => {
    served = await startConsole();
    samples = await createConsoleSamples(served.server);
    opened = await served.open();
    opened.page.on('request', (request) => {
      if (request.method() !== 'GET') sent.push(`${request.method()} ${new URL(request.url()).pathname}`);
    });
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test('deletes a person after it has said what is lost, and the person is restored with the groups', async () => {
    const { page } = opened;
    await goTo(page, `/people/${samples.own}`);
    await page.getByRole('link', { name: 'Night shift', exact: true }).waitFor();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete Lin Wu' });
    await dialog.getByText('Lin Wu can no longer sign in, leaves 1 group,').waitFor();
    await dialog.getByText('For 30 days,').waitFor();
    expect(sent).toEqual([]);
    await page.keyboard.press('Escape');
    expect(sent, 'nothing is sent by a dialog that was closed').toEqual([]);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await dialog.getByRole('button', { name: 'Delete Lin Wu' }).click();
    // The way back is on the same page, without another question.
    await page.getByRole('heading', { name: 'Lin Wu was deleted', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Restore Lin Wu' }).click();
    await page.getByRole('heading', { name: 'Lin Wu', level: 1, exact: true }).waitFor();
    await page.getByRole('link', { name: 'Night shift', exact: true }).waitFor();
    expect(sent.splice(0)).toEqual([
      `DELETE /api/systemusers/${samples.own}`,
      `POST /api/systemusers/${samples.own}/restore`,
    ]);
  });

  test('suspends a person, and says how to undo it', async () => {
    const { page } = opened;
    await goTo(page, `/people/${samples.own}`);
    await page.getByRole('button', { name: 'Suspend…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Suspend Lin Wu' });
    await dialog.getByText('To undo this, activate Lin Wu.').waitFor();
    await dialog.getByRole('button', { name: 'Suspend Lin Wu' }).click();
    await page.getByText('May not sign in, because the account is suspended.').waitFor();
    await page.getByRole('button', { name: 'Activate…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Activate Lin Wu' }).click();
    await page.getByRole('button', { name: 'Suspend…' }).waitFor();
    expect(sent.splice(0)).toHaveLength(2);
  });

  test('for several people names them, states their number, and shows a result for each', async () => {
    const { page } = opened;
    await goTo(page, '/people');
    for (const name of ['Ann Meier', 'Lin Wu']) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
    await page.getByRole('button', { name: 'Delete…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete 2 people' });
    await dialog.getByText(/Ann Meier, Lin Wu/).waitFor();
    await dialog.getByText(/For 30 days,/).waitFor();
    await dialog.getByRole('button', { name: 'Delete 2 people' }).click();
    await dialog.getByText('2 done.').waitFor();
    await dialog.getByRole('list', { name: 'Result' }).getByText('Lin Wu').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('row', { name: /Ann Meier/ }).waitFor({ state: 'detached' });
    for (const [id, name] of [
      [samples.person, 'Ann Meier'],
      [samples.own, 'Lin Wu'],
    ] as const) {
      await goTo(page, `/people/${id}`);
      await page.getByRole('button', { name: `Restore ${name}` }).click();
      await page.getByRole('heading', { name, level: 1, exact: true }).waitFor();
    }
    sent.splice(0);
  });

  test('deletes a group after it has said who loses it, and that this cannot be undone', async () => {
    const { page } = opened;
    await goTo(page, `/groups/${samples.ownGroup}`);
    await page.getByRole('button', { name: 'Delete…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete Night shift?' });
    await dialog.getByText('1 person loses this membership and what it gives them.').waitFor();
    await dialog.getByText('A deleted group cannot be restored here.').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(sent).toEqual([]);
  });

  test('revokes a key after it has said how many keys are left', async () => {
    const { page } = opened;
    await goTo(page, `/sources/${samples.source}/keys`);
    await page.getByRole('button', { name: /^Revoke/ }).click();
    const dialog = page.getByRole('dialog', { name: /^Revoke/ });
    await dialog
      .getByText(/Entra ID/)
      .first()
      .waitFor();
    const focused = () =>
      dialog.getByRole('button', { name: 'Cancel' }).evaluate((button) => button === document.activeElement);
    await expect.poll(focused, { message: 'Enter does not revoke' }).toBe(true);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    expect(sent).toEqual([]);
  });
});
