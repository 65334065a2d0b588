import type { Argument, Command, Option } from 'commander';
import { allCommands, commandPath, createProgram } from '../src/cli/program.ts';
import { commandExamples } from '../src/cli/command-examples.ts';
import { page, table } from './reference-page.ts';

/** Returns the page with every command, generated from its definition: the same text that `--help` prints. */
export async function commandsPage(): Promise<string> {
  return page(
    'Commands',
    'Run the commands as `npx tanhua …` in the folder of the program. `tanhua COMMAND --help` prints the same text, with the settings and rules that the command accepts. Commands use the database of the [configuration](configuration.md). They work whether or not the server is running.',
    ...allCommands(await createProgram()).map(commandSection),
  );
}

function commandSection(command: Command): string {
  const path = commandPath(command);
  const example = commandExamples[path];
  const parameters = [...command.registeredArguments.map(argumentRow), ...command.options.map(optionRow)];
  return [
    // The deepest commands, such as "entra mapping scope add", have the same heading level as their parents.
    `${'#'.repeat(Math.min(path.split(' ').length, 3) + 1)} ${path}`,
    command.description(),
    ...(command.commands.length > 0 ? [subcommands(command)] : []),
    ...(command.commands.length === 0 || parameters.length > 0 ? [fenced(`tanhua ${path} ${command.usage()}`)] : []),
    ...(parameters.length > 0 ? [table(['parameter', 'meaning', 'default'], parameters)] : []),
    ...(example === undefined ? [] : [`Example:\n\n${fenced(example)}`]),
  ].join('\n\n');
}

function subcommands(command: Command): string {
  const links = command.commands.map((child) => {
    const path = commandPath(child);
    return `[${path}](#${path.replaceAll(' ', '-')})`;
  });
  return `Commands: ${links.join(', ')}.`;
}

function argumentRow(argument: Argument): readonly string[] {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return [
    `\`${argument.required ? `<${name}>` : `[${name}]`}\``,
    argument.description,
    valueText(argument.defaultValue, argument.defaultValueDescription),
  ];
}

function optionRow(option: Option): readonly string[] {
  const notes = [
    option.description,
    option.argChoices === undefined ? '' : `(${option.argChoices.join(', ')})`,
    option.mandatory ? '(required)' : '',
  ];
  return [
    `\`${option.flags}\``,
    notes.filter((note) => note !== '').join(' '),
    valueText(option.defaultValue, option.defaultValueDescription),
  ];
}

function valueText(value: unknown, description: string | undefined): string {
  if (value === undefined) return '';
  return description ?? `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function fenced(text: string): string {
  return `\`\`\`\n${text.trim()}\n\`\`\``;
}
