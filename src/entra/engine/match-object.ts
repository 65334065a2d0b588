import { fold } from '#base/fold.ts';
import type { ObjectMapping } from '../application/object-mapping.ts';
import { TARGET_SYSTEM } from '../logs/provisioning-entry.ts';
import type { TargetObject } from '../wire/target-client.ts';
import type { Candidate } from './candidate.ts';
import { matchingValue } from './evaluate-mappings.ts';
import { shownResource, targetNames, type Export } from './export-context.ts';
import type { JobRun } from './job-run.ts';
import { errorInformation, ProvisioningFailure } from './provisioning-failure.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

/** A matching attribute, and the value that the target is searched for. */
interface Match {
  readonly attribute: string;
  readonly value: string;
}

/** Returns the matching attributes that have a value, in order of precedence. */
export function matchesOf({
  run,
  mapping,
  candidate,
}: Pick<Export, 'run' | 'mapping' | 'candidate'>): readonly Match[] {
  const context = { now: run.deps.clock.now(), defaultDomain: run.tenant.domain };
  return mapping.matching.flatMap((attribute) => {
    const value = matchingValue(attribute, candidate.values, context);
    return value === undefined ? [] : [{ attribute: attribute.target, value }];
  });
}

/** Returns the lock names for an object's matching values; an empty list if a matching expression cannot be evaluated. */
export function matchingNames(run: JobRun, mapping: ObjectMapping, candidate: Candidate): readonly string[] {
  try {
    const matches = matchesOf({ run, mapping, candidate });
    return matches.map(({ attribute, value }) => `${candidate.type} ${attribute} ${fold(value)}`);
  } catch (error) {
    if (error instanceof ProvisioningFailure) return [];
    throw error;
  }
}

/**
 * Searches the target for each match in turn, and returns the first object that is found; undefined if none is found (§3.5). Throws
 * TargetError, and ProvisioningFailure `DuplicateTargetEntries` if several objects match.
 */
export async function findMatch(
  { run, mapping, candidate, report }: Export,
  matches: readonly Match[],
): Promise<TargetObject | undefined> {
  for (const match of matches) {
    const one = await reportedQuery({ run, mapping, candidate, report }, match);
    if (one === undefined) continue;
    report.target(one.id);
    report.step({
      name: 'EntryImport',
      type: 'matching',
      status: 'success',
      description: standInTexts.steps.retrieved('', candidate.name, TARGET_SYSTEM),
      details: shownResource(one),
    });
    return one;
  }
  return undefined;
}

/**
 * Searches the target for one match. A search that fails, or that finds several objects, is a failure of the matching, so that no reader looks
 * for its request in the step that would have written.
 */
async function reportedQuery(
  { run, mapping, candidate, report }: Export,
  match: Match,
): Promise<TargetObject | undefined> {
  try {
    const [one, another] = await run.target.query(candidate.type, match, targetNames(mapping), report.record);
    if (another === undefined) return one;
    throw new ProvisioningFailure(
      'DuplicateTargetEntries',
      standInTexts.failures.severalMatches(candidate.type, match.attribute, JSON.stringify(match.value)),
    );
  } catch (error) {
    report.step({
      name: 'EntryImport',
      type: 'matching',
      status: 'failure',
      description: standInTexts.steps.retrieveFailed(candidate.type, candidate.name, TARGET_SYSTEM),
      details: { ReportableIdentifier: candidate.name, ErrorCode: errorInformation(error).errorCode },
    });
    throw error;
  }
}
