import { expect, test } from 'vitest';
import { progressBar, rowProgress } from './progress-bar.ts';

function written(isTTY: boolean, columns?: number) {
  const texts: string[] = [];
  return { texts, output: { isTTY, columns, write: (text: string) => texts.push(text) } };
}

test('a progress bar shows the completed share on a terminal, truncated to its width', () => {
  const { texts, output } = written(true, 40);
  const bar = progressBar(output);
  bar.show({ text: 'a text that is longer than the terminal is wide', done: 1, of: 4 });
  expect(texts).toEqual([`\r\x1b[2K${'█'.repeat(6)}${'░'.repeat(18)}  25 %  a text t`]);
  bar.end();
  bar.end();
  expect(texts.slice(1)).toEqual(['\n']);
});

test('a progress bar ends its line when an error is thrown, so that the error is printed below it', () => {
  const { texts, output } = written(true, 40);
  const fail = () => {
    using bar = progressBar(output);
    bar.show({ text: 'comparing', done: 1, of: undefined });
    throw new Error('refused');
  };
  expect(fail).toThrow('refused');
  expect(texts).toEqual(['\r\x1b[2K1  comparing', '\n']);
});

test('rowProgress writes only finished lines to a file', () => {
  const { texts, output } = written(false);
  const show = rowProgress(progressBar(output));
  for (const rows of [0, 5, 10]) show({ phase: 'verify', table: 'users', rows, of: 10 });
  show({ phase: 'copy', table: 'groups', rows: 0, of: 0 });
  show({ phase: 'an unknown phase', table: 'groups', rows: 1, of: 1 });
  expect(texts).toEqual([
    'comparing users: 10 of 10\n',
    'copying groups: 0 of 0\n',
    'an unknown phase groups: 1 of 1\n',
  ]);
});

test('rowProgress keeps a line on the terminal for each completed table', () => {
  const { texts, output } = written(true, 80);
  const show = rowProgress(progressBar(output));
  show({ phase: 'copy', table: 'users', rows: 1, of: 2 });
  show({ phase: 'copy', table: 'users', rows: 2, of: 2 });
  expect(texts).toEqual([
    `\r\x1b[2K${'█'.repeat(12)}${'░'.repeat(12)}  50 %  copying users`,
    '\r\x1b[2Kcopying users: 2 of 2\n',
  ]);
});
