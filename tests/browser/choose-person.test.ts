import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type TestConsole } from '../support/browser.ts';
import { call } from '../support/http-client.ts';
import { skipWithout } from '../support/skip-without.ts';

describe.skipIf(skipWithout(browserUnavailableReason()))('the manager of a person', () => {
  let served: TestConsole;
  let ann: string;
  beforeAll(async () => {
    served = await startConsole();
    const create = async (username: string, displayname: string): Promise<string> => {
      const headers = { 'x-api-key': served.server.key, 'content-type': 'application/json' };
      const body = { username, email: `${username}@contoso.example`, displayname };
      return (await call(`${served.server.url}/api/systemusers`, { method: 'POST', headers, body })).body.id;
    };
    ann = await create('ann', 'Ann Meier');
    await create('grace', 'Grace Wanjiru');
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test('is found by name with the keyboard, and removed by an empty field', async () => {
    await using opened = await served.open({ path: `/people/${ann}` });
    const { page } = opened;
    const manager = page.getByRole('link', { name: 'Grace Wanjiru' });
    const field = page.getByRole('combobox', { name: /^Manager/ });
    const save = page.getByRole('button', { name: 'Save Manager' });
    await page.getByRole('button', { name: 'Change Manager' }).click();
    await field.fill('wanj');
    expect(await save.isEnabled()).toBe(false);
    await page.getByRole('option', { name: /^Grace Wanjiru/ }).waitFor();
    await page.keyboard.press('Enter');
    expect(await field.inputValue()).toBe('Grace Wanjiru');
    await save.click();
    await manager.waitFor();

    await page.getByRole('button', { name: 'Change Manager' }).click();
    await expect.poll(() => field.inputValue()).toBe('Grace Wanjiru');
    await field.fill('no such person');
    await page.getByText('No person matches “no such person”.').waitFor();
    await field.fill('');
    await save.click();
    await manager.waitFor({ state: 'detached' });
    expect(opened.errors).toEqual([]);
  });
});
