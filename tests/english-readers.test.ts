import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The Chinese catalogs of the two applications, which only readers of Chinese load. */
const catalogs: ReadonlySet<string> = new Set(['web/words/zh.ts', 'web/words/zh/portal.ts']);
/** Finds what a module loads when it runs, or later; an import of types loads nothing. */
const loads =
  /^(?:import|export)(?! type\b)[^;']*?from '(?<from>[^']+)'|^import '(?<effect>[^']+)'|import\('(?<later>[^']+)'\)/gm;
const inChinese = /(?:^|\/)zh(?:-[\w-]+)?(?:\/|\.ts$)|-zh\.ts$/;

/** Returns the modules of this repository that `module` loads. */
function loadedBy(module: string): readonly string[] {
  return [...readFileSync(module, 'utf8').matchAll(loads)].flatMap(({ groups }) => {
    const name = groups?.['from'] ?? groups?.['effect'] ?? groups?.['later'] ?? '';
    if (!/^[#.].*\.tsx?$/.test(name)) return [];
    return [name.startsWith('#') ? join('src', name.slice(1)) : join(module, '..', name)];
  });
}

/** Returns the modules of an application for a reader of English, each with the module that loads it. */
function modulesFrom(entry: string): ReadonlyMap<string, string> {
  const found = new Map([[entry, '']]);
  for (const module of found.keys()) {
    for (const loaded of loadedBy(module)) if (!catalogs.has(loaded) && !found.has(loaded)) found.set(loaded, module);
  }
  return found;
}

test.each([
  ['web/main.tsx', 300],
  ['web/portal/main.tsx', 30],
])('%s loads no Chinese texts for readers of English', (entry, least) => {
  const modules = modulesFrom(entry);
  expect(modules.size).toBeGreaterThan(least);
  expect([...modules].filter(([module]) => inChinese.test(module))).toEqual([]);
});

test('the modules with Chinese texts are found by their names', () => {
  const read = [...catalogs].flatMap((catalog) => [catalog, ...modulesFrom(catalog).keys()]);
  expect(read.filter((module) => inChinese.test(module)).length).toBeGreaterThan(20);
  expect(inChinese.test('src/base/words/zh-errors.ts')).toBe(true);
  expect(inChinese.test('src/audit/change-words-zh.ts')).toBe(true);
});
