import { expect, test } from 'vitest';
import { parseViews } from './views.ts';

const view = { name: 'Suspended', query: 'state=SUSPENDED' };

test.for([
  [null, []],
  ['[]', []],
  ['not JSON', []],
  ['{"name":"x","query":""}', []],
  [JSON.stringify([view]), [view]],
  [JSON.stringify([view, null, 7, {}, { name: 'x' }, { name: 1, query: 'a' }]), [view]],
] as const)('the stored text %s has the views %o', ([text, views]) => {
  expect(parseViews(text)).toEqual(views);
});
