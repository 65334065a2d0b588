import type { Command } from 'commander';
import { beforeAll, describe, expect, test } from 'vitest';
import { commandExamples } from './command-examples.ts';
import { allCommands, commandPath, createProgram } from './program.ts';

let commands: readonly Command[];
beforeAll(async () => {
  commands = allCommands(await createProgram());
});

/** Returns the paths of the commands for which a condition does not hold. */
const pathsWithout = (holds: (command: Command) => boolean) =>
  commands.filter((command) => !holds(command)).map(commandPath);

test('every command has a description that is a sentence', () => {
  expect(commands.length).toBeGreaterThan(80);
  expect(pathsWithout((command) => /^[A-Z].*[^:]$/s.test(command.description()))).toEqual([]);
});

test('every argument and every option has a description', () => {
  expect(
    pathsWithout(
      ({ registeredArguments, options }) =>
        registeredArguments.every(({ description }) => description !== '') &&
        options.every(({ description }) => description !== ''),
    ),
  ).toEqual([]);
});

test('every command takes --json, or its parent does, except the demo and one that writes nothing but a log, which is JSON', () => {
  const takesJson = (command: Command | null): boolean =>
    command !== null && (command.options.some(({ long }) => long === '--json') || takesJson(command.parent));
  expect(pathsWithout((command) => command.commands.length > 0 || takesJson(command))).toEqual(['demo', 'radius run']);
});

test('no command has two arguments, options or subcommands with the same name', () => {
  const isUnique = (names: readonly string[]) => new Set(names).size === names.length;
  expect(
    pathsWithout(
      (command) =>
        isUnique(command.options.map((option) => option.attributeName())) &&
        isUnique(command.registeredArguments.map((argument) => argument.name())) &&
        isUnique(command.commands.map((child) => child.name())),
    ),
  ).toEqual([]);
});

describe('the example of a command', () => {
  test('exists for every command that takes arguments, or options other than --json', () => {
    const without = pathsWithout((command) => {
      const isAction = command.commands.length === 0;
      const takesMore = command.registeredArguments.length > 0 || command.options.some(({ long }) => long !== '--json');
      return !isAction || !takesMore || Object.hasOwn(commandExamples, commandPath(command));
    });
    expect(without).toEqual([]);
  });

  test.for(Object.entries(commandExamples))('is a valid call of "%s"', ([path, example]) => {
    const command = commands.find((one) => commandPath(one) === path);
    if (command === undefined) throw new Error(`There is no command ${path}.`);
    const [program, ...words] = wordsOf(example);
    expect([program, ...words.slice(0, path.split(' ').length)]).toEqual(['tanhua', ...path.split(' ')]);
    const { operands, unknown } = command.parseOptions(words.slice(path.split(' ').length));
    expect(unknown).toEqual([]);
    const required = command.registeredArguments.filter((argument) => argument.required).length;
    const isVariadic = command.registeredArguments.some((argument) => argument.variadic);
    expect(operands.length).toBeGreaterThanOrEqual(required);
    if (!isVariadic) expect(operands.length).toBeLessThanOrEqual(command.registeredArguments.length);
    for (const option of command.options.filter(({ mandatory }) => mandatory)) {
      expect(command.opts()).toHaveProperty(option.attributeName());
    }
  });

  test('is part of the help of the command', () => {
    const command = commands.find((one) => commandPath(one) === 'key revoke');
    let help = '';
    command?.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp();
    expect(help).toContain('Example:\n  tanhua key revoke tnh_AbCdEf');
  });
});

/** Splits a command line into words as a shell does. Leaves out redirections. */
function wordsOf(line: string): readonly string[] {
  const [command = ''] = line.split(/ [<>] /);
  return [...command.matchAll(/'(?<single>[^']*)'|"(?<double>[^"]*)"|(?<plain>\S+)/g)].map(
    ({ groups }) => groups?.['single'] ?? groups?.['double'] ?? groups?.['plain'] ?? '',
  );
}
