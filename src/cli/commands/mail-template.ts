import { Argument, Command, Option } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import { languages, type Language } from '#base/words/language.ts';
import { changeTemplate } from '#mail/change-template.ts';
import { findTemplate, listCustomTemplates, type TemplateKey } from '#mail/template-store.ts';
import { mailKindNames, mailKinds, templateChangeSchema, templateParts, type MailKind } from '#mail/templates.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { print, printRows, properties, type OutputOptions } from '../output.ts';
import { openSession, type Session } from '../session.ts';
import { splitAssignment } from '../split-assignment.ts';

interface Options extends OutputOptions {
  readonly readers?: Language;
}

export function mailTemplateCommand(): Command {
  const command = new Command('template').description(
    'Manage the texts of emails. Each kind of email has a text for the readers of each language.',
  );
  command
    .command('list')
    .description('List the kinds of email, and whether the organization has its own text.')
    .addOption(readersOption())
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      await using session = await openSession();
      const { deps, organization } = session;
      const custom = await listCustomTemplates(deps.database, organization.id);
      const language = await readersOf(session, options);
      const rows = mailKindNames.map((kind) => ({
        kind,
        readers: language,
        custom: custom.get(kind)?.includes(language) ?? false,
        description: mailKinds[kind].description,
      }));
      printRows(options, rows, ['kind', 'readers', 'custom', 'description'], '');
    });
  command
    .command('show')
    .addArgument(kindArgument())
    .description('Show the text of a kind of email.')
    .addOption(readersOption())
    .option('--json', 'print JSON')
    .action(async (kind: MailKind, options: Options) => {
      await using session = await openSession();
      await showTemplate(session, options, { kind, language: await readersOf(session, options) });
    });
  command
    .command('set')
    .addArgument(kindArgument())
    .argument('<parts...>', `one or more parts as PART=TEXT; the parts are ${templateParts.join(', ')}`)
    .description('Change parts of the text of a kind of email; other parts keep their text.')
    .addOption(readersOption())
    .option('--json', 'print JSON')
    .action(async (kind: MailKind, parts: readonly string[], options: Options) => {
      await using session = await openSession();
      const key = { kind, language: await readersOf(session, options) };
      const problems = await changeTemplate(session.deps, session.origin, key, { change: changeIn(parts) });
      if (problems.length > 0) throw new AppError('usage', problems.map(({ message }) => message).join(' '));
      await showTemplate(session, options, key);
    });
  command
    .command('reset')
    .addArgument(kindArgument())
    .description('Restore the text of the product.')
    .addOption(readersOption())
    .option('--json', 'print JSON')
    .action(async (kind: MailKind, options: Options) => {
      await using session = await openSession();
      const key = { kind, language: await readersOf(session, options) };
      await changeTemplate(session.deps, session.origin, key, { change: undefined });
      await showTemplate(session, options, key);
    });
  return command;
}

function kindArgument(): Argument {
  return new Argument('<kind>', 'the kind of email, as "tanhua mail template list" shows it').choices(mailKindNames);
}

function readersOption(): Option {
  return new Option(
    '--readers <language>',
    'the language of the readers of the text; default: the language of the organization',
  ).choices(languages);
}

async function readersOf({ deps, organization }: Session, { readers }: Options): Promise<Language> {
  return readers ?? (await findSettings(deps.database, organization.id)).language;
}

async function showTemplate({ deps, organization }: Session, options: Options, key: TemplateKey): Promise<void> {
  const template = await findTemplate(deps.database, organization.id, key);
  const custom = (await listCustomTemplates(deps.database, organization.id)).get(key.kind)?.includes(key.language);
  const shown = { kind: key.kind, readers: key.language, custom: custom ?? false, ...template };
  print(options, shown, properties(shown));
}

/** Returns the change of PART=TEXT arguments. Throws `usage` for an unknown part or a text that the part does not allow. */
function changeIn(parts: readonly string[]) {
  const entries = parts.map((text) => {
    const part = splitAssignment(text);
    if (part === undefined || !templateParts.some((name) => name === part.name)) {
      throw new AppError(
        'usage',
        `${quote(text)} is not a part as PART=TEXT. The parts are ${templateParts.join(', ')}.`,
      );
    }
    return [part.name, part.value] as const;
  });
  const change = templateChangeSchema.safeParse(Object.fromEntries(entries));
  if (change.success) return change.data;
  const [issue] = change.error.issues;
  throw new AppError('usage', `The part ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`);
}
