import { Command } from 'commander';
import { entraAppCommand } from './entra-app.ts';
import { entraCycleCommand } from './entra-cycle.ts';
import { entraExpressionCommand } from './entra-expression.ts';
import { entraLogCommand } from './entra-log.ts';
import { entraMappingCommand } from './entra-mapping.ts';
import { entraOndemandCommand } from './entra-ondemand.ts';

export function entraCommand(): Command {
  const command = new Command('entra').description('What Entra ID does, without Entra ID.');
  command.addCommand(entraAppCommand());
  command.addCommand(entraMappingCommand());
  command.addCommand(entraCycleCommand());
  command.addCommand(entraOndemandCommand());
  command.addCommand(entraLogCommand());
  command.addCommand(entraExpressionCommand());
  return command;
}
