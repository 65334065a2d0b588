import { Command } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import { allowGroup, denyGroup, replyText, saveReplies, showReplies } from '#radius/servers/connections.ts';
import { TAG_MAX, type SentReply, type SentVlan } from '#radius/servers/reply-attributes.ts';
import type { ReplyAttribute } from '#radius/radius-types.ts';
import type { StoredGroup } from '#directory/stored.ts';
import { namedGroup } from '../named-group.ts';
import { numberOption } from '../number-option.ts';
import { print, type OutputOptions } from '../output.ts';
import { openSession } from '../session.ts';
import { splitAssignment } from '../split-assignment.ts';
import { serverNamed } from './radius-server.ts';

const SERVER = ['<server>', 'the RADIUS server, by name or id'] as const;
const GROUP = ['<group>', 'the group, by displayName or id'] as const;

interface ReplyOptions extends OutputOptions {
  readonly vlan?: string;
  readonly removeVlan?: boolean;
  readonly tag?: number;
  readonly clear?: boolean;
}

export function radiusGroupCommand(): Command {
  const command = new Command('group').description(
    'Let the members of groups connect through RADIUS servers, and set what devices get for them.',
  );
  for (const [name, description, change, done] of [
    ['allow', 'Let the members of a group connect through a RADIUS server.', allowGroup, 'may connect'],
    ['deny', 'End that the members of a group connect through a RADIUS server.', denyGroup, 'may no longer connect'],
  ] as const) {
    command
      .command(name)
      .argument(...SERVER)
      .argument(...GROUP)
      .description(description)
      .option('--json', 'print JSON')
      .action(async (serverName: string, groupName: string, options: OutputOptions) => {
        await using session = await openSession();
        const server = await serverNamed(session, serverName);
        const group = await namedGroup(session, groupName);
        await change(session.deps, session.origin, server.id, group.id);
        const text = `The members of the group ${quote(group.displayName)} ${done} through the RADIUS server ${quote(server.name)}.`;
        print(options, { server: server.id, group: group.id, allowed: name === 'allow' }, text);
      });
  }
  command
    .command('reply')
    .argument(...GROUP)
    .argument('[attributes...]', 'all reply attributes as NAME=VALUE or NAME:TAG=VALUE, in order; default: keep them')
    .description('Show or replace the attributes that devices get when a member of a group connects.')
    .option('--vlan <vlan>', 'the VLAN of the members, by its number or its name')
    .option('--remove-vlan', 'remove the VLAN')
    .addOption(numberOption('--tag <tag>', 'the tag of the VLAN; default: 0', { min: 0, max: TAG_MAX }))
    .option('--clear', 'remove all reply attributes')
    .option('--json', 'print JSON')
    .action(setReplies);
  return command;
}

async function setReplies(groupName: string, assignments: readonly string[], options: ReplyOptions): Promise<void> {
  const change = changeOf(assignments, options);
  await using session = await openSession();
  const { deps, origin } = session;
  const group = await namedGroup(session, groupName);
  const replies =
    change === undefined
      ? await showReplies(deps.database, group)
      : (await saveReplies(deps, origin, group.id, change)).replies;
  printReplies(options, group, replies);
}

/** Returns the change that the arguments ask for; undefined if they only ask to show the attributes. */
function changeOf(assignments: readonly string[], { vlan, removeVlan = false, tag, clear = false }: ReplyOptions) {
  if (tag !== undefined && vlan === undefined) throw new AppError('usage', '--tag needs --vlan.');
  if (removeVlan && vlan !== undefined) throw new AppError('usage', 'Give either --vlan or --remove-vlan.');
  if (clear && (assignments.length > 0 || vlan !== undefined)) {
    throw new AppError('usage', 'Give either --clear, or attributes and a VLAN.');
  }
  if (assignments.length === 0 && vlan === undefined && !removeVlan && !clear) return undefined;
  const sent = assignments.map(replyOf);
  const newVlan: SentVlan | null | undefined = vlan === undefined ? (removeVlan ? null : undefined) : { vlan, tag };
  return (before: readonly ReplyAttribute[]) => ({
    replies: clear ? [] : assignments.length === 0 ? before : sent,
    vlan: newVlan,
  });
}

function replyOf(text: string): SentReply {
  const assigned = splitAssignment(text);
  if (assigned !== undefined) return assigned;
  throw new AppError(
    'usage',
    `${quote(text)} is not NAME=VALUE, such as Filter-Id=guests or Cisco-AVPair=shell:priv-lvl=15.`,
  );
}

function printReplies(options: OutputOptions, group: StoredGroup, replies: readonly ReplyAttribute[]): void {
  const text = replies.map(replyText).join('\n') || 'The group has no reply attributes.';
  print(options, { group: group.id, replies }, text);
}
