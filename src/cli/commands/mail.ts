import { Command, Option } from 'commander';
import { listMails, mailStates, type Mail } from '#mail/outbox-store.ts';
import { readMail } from '#mail/outbox.ts';
import { limitOption } from '../limit-option.ts';
import { print, printRows, properties, type OutputOptions } from '../output.ts';
import { openSession } from '../session.ts';

interface ListOptions extends OutputOptions {
  readonly state?: Mail['state'];
  readonly limit: number;
}

export function mailCommand(): Command {
  const command = new Command('mail').description(
    'Show the outbox: emails to users and administrators, and whether they were sent.',
  );
  command
    .command('list')
    .description('List emails, newest first.')
    .addOption(new Option('--state <state>', 'only emails in this state').choices(mailStates))
    .addOption(limitOption())
    .option('--json', 'print JSON')
    .action(async (options: ListOptions) => {
      await using session = await openSession();
      const { deps, organization } = session;
      const query = { state: options.state, skip: 0, limit: options.limit };
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
  return command;
}
