import { Command } from 'commander';
import { entraExpressionCommand } from './entra-expression.ts';

export function entraCommand(): Command {
  const command = new Command('entra').description('What Entra ID does, without Entra ID.');
  command.addCommand(entraExpressionCommand());
  return command;
}
