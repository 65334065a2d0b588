import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '#admins/roles.ts';
import { browserUnavailableReason, startConsole, type TestConsole } from '../support/browser.ts';
import { showState } from '../support/console-pages.ts';
import { createConsoleSamples, namedSamples } from '../support/console-samples.ts';
import { consoleStates } from '../support/console-states.ts';
import { skipWithout } from '../support/skip-without.ts';
import { axeFaults } from './axe-faults.ts';

const names = consoleStates(namedSamples).map(({ name }) => name);

describe.skipIf(skipWithout(browserUnavailableReason()))('axe', () => {
  let served: TestConsole;
  let states: ReturnType<typeof consoleStates>;
  beforeAll(async () => {
    served = await startConsole();
    states = consoleStates(await createConsoleSamples(served.server));
  });
  afterAll(() => served[Symbol.asyncDispose]());

  /** The window of each role, which shows one page at a time. */
  const windows = new Map<Role | undefined, ReturnType<TestConsole['open']>>();
  const windowOf = (role: Role | undefined) => {
    const window = windows.get(role) ?? served.open({ ...(role !== undefined && { role }) });
    windows.set(role, window);
    return window;
  };

  test.for(names)('reports nothing on the page %s in either theme', async (name) => {
    const state = states.find((one) => one.name === name) ?? expect.fail(`${name} is not a page`);
    const opened = await windowOf(state.role);
    const before = opened.errors.length;
    await showState(opened, state);
    expect(await axeFaults(opened.page)).toEqual([]);
    expect(opened.errors.slice(before)).toEqual([]);
  });

  test('reports nothing on the sign-in', async () => {
    await using opened = await served.open({ role: null });
    await opened.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await axeFaults(opened.page)).toEqual([]);
  });

  test('reports nothing on the empty pages of a new directory', async () => {
    await using fresh = await startConsole();
    await using first = await fresh.open();
    for (const path of ['/', '/people', '/people?presence=refused', '/groups', '/sources', '/events']) {
      await showState(first, { name: path, path });
      expect(await axeFaults(first.page), path).toEqual([]);
    }
    expect(first.errors).toEqual([]);
  });
});
