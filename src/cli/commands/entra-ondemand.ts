import { Command } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { provisionOnDemand, type OnDemandResult } from '#entra/engine/on-demand.ts';
import type { EntraTenant } from '#entra/source/source-object.ts';
import { namedSourceObject } from '../entra-named.ts';
import { applicationOption, namedApplication, namedTenant, openEntraSession, tenantOption } from '../entra-session.ts';
import { answeredDetail, wireLines } from '../entra-wire.ts';
import { jsonText } from '../json-text.ts';
import { exitCodes, print, type OutputOptions } from '../output.ts';
import type { Session } from '../session.ts';

interface Options extends OutputOptions {
  readonly tenant?: string;
  readonly app?: string;
  readonly member?: readonly string[];
  readonly wire?: true;
}

/** Creates the command "entra ondemand", which provisions one user, or one group with a few of its members, immediately. */
export function entraOndemandCommand(): Command {
  return new Command('ondemand')
    .argument('<name>', 'a userPrincipalName, the displayName of a group, or an objectId')
    .description('Provision one user or group immediately, and show each step.')
    .addOption(tenantOption())
    .addOption(applicationOption())
    .option('--member <name...>', 'members of the group to provision with it, at most five')
    .option('--wire', 'also show the requests and responses')
    .option('--json', 'print JSON')
    .action(async (name: string, options: Options) => {
      await using session = await openEntraSession();
      const tenant = await namedTenant(session, options.tenant);
      const { job } = await namedApplication(session, tenant, options.app);
      const { type, id: objectId } = await namedSourceObject(session, tenant, name);
      const memberIds = await Promise.all((options.member ?? []).map((one) => userId(session, tenant, one)));
      const result = await provisionOnDemand(session.engine, job.id, { type, objectId, memberIds });
      print(options, result, resultText(result, options.wire === true));
      if (result.key.result === 'Failure') process.exitCode = exitCodes.failure;
    });
}

async function userId(session: Session, tenant: EntraTenant, name: string): Promise<string> {
  const { type, id } = await namedSourceObject(session, tenant, name);
  if (type === 'User') return id;
  throw new AppError('usage', `${quote(name)} is a group: --member accepts only users.`);
}

const marks: Readonly<Record<string, string>> = { Success: '✓', Failure: '✗', Skipped: '–', Warning: '!' };

/** Returns the description of a step. Replaces repeated spaces, which texts of Entra ID contain, with one. */
function describeStep(step: JsonObject): string {
  return jsonText(step['description']).replaceAll(/ +/g, ' ');
}

function resultText({ key, value, exchanges }: OnDemandResult, withWire: boolean): string {
  const steps = (value['provisioningSteps'] as readonly JsonObject[]).flatMap((step) => [
    `${marks[jsonText(step['status'])] ?? ' '} ${jsonText(step['type']).padEnd(20)} ${describeStep(step)}`,
    ...(step['type'] === 'Scoping'
      ? Object.entries(step['details'] as JsonObject).map(([name, text]) => `    ${name}: ${jsonText(text)}`)
      : []),
  ]);
  const changes = (value['modifiedProperties'] as readonly JsonObject[]).map(
    (one) => `    ${jsonText(one['displayName'])}: ${jsonText(one['oldValue'])} → ${jsonText(one['newValue'])}`,
  );
  const { errorCode, errorMessage } = key.details;
  const detail = answeredDetail(exchanges);
  const targetDetail = detail === undefined ? '' : `\nThe application says: ${detail}`;
  const why = errorCode === undefined ? '' : `: ${jsonText(errorCode)}. ${jsonText(errorMessage)}${targetDetail}`;
  const wire = withWire ? ['', ...wireLines(exchanges)] : [];
  return [...steps, ...changes, '', `${jsonText(value['action'])}: ${key.result}${why}`, ...wire].join('\n');
}
