import { Command, Option } from 'commander';
import { listMails } from '#mail/mail-list-store.ts';
import { mailStates, type Mail } from '#mail/outbox-store.ts';
import { readMail } from '#mail/outbox.ts';
import { mailKindNames } from '#mail/templates.ts';
import { limitOption } from '../limit-option.ts';
import { print, printRows, properties, type OutputOptions } from '../output.ts';
import { openSession } from '../session.ts';
import { mailTemplateCommand } from './mail-template.ts';
import { mailTestCommand } from './mail-test.ts';

interface ListOptions extends OutputOptions {
  readonly state?: Mail['state'];
  readonly recipient?: string;
  readonly kind?: string;
  readonly limit: number;
}

export function mailCommand(): Command {
  const command = new Command('mail').description(
    'Show the outbox (emails to users and administrators, and whether they were sent), and change the texts of emails.',
  );
  command
    .command('list')
    .description('List emails, newest first.')
    .addOption(new Option('--state <state>', 'only emails in this state').choices(mailStates))
    .option('--recipient <address>', 'only emails to this address, in any letter case')
    .addOption(new Option('--kind <kind>', 'only emails of this kind').choices(mailKindNames))
    .addOption(limitOption())
    .option('--json', 'print JSON')
    .action(async (options: ListOptions) => {
      await using session = await openSession();
      const { deps, organization } = session;
      const { state, recipient, kind, limit } = options;
      const query = { state, recipient, kind, skip: 0, limit };
      const mails = await listMails(deps.database, organization.id, query);
      const rows = mails.map((mail) => ({ ...mail }));
      const columns = ['id', 'state', 'kind', 'recipient', 'createdAt', 'attempts', 'nextAttemptAt', 'error'];
      printRows(options, rows, columns, 'There are no such mails.');
    });
  command
    .command('show')
    .argument('<mail>', 'the id of the email, as "tanhua mail list" shows it')
    .description(
      'Show an email with its text and its link. Keep the link secret: it can set the password of the recipient.',
    )
    .option('--json', 'print JSON')
    .action(async (id: string, options: OutputOptions) => {
      await using session = await openSession();
      const { deps, organization } = session;
      const { mail, content } = await readMail(deps, deps.database, organization.id, id);
      print(options, { ...mail, ...content }, `${properties({ ...mail })}\n\n${content.text}`);
    });
  return command.addCommand(mailTestCommand()).addCommand(mailTemplateCommand());
}
