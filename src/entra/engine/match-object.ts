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
export async function findMatch(work: Export, matches: readonly Match[]): Promise<TargetObject | undefined> {
  const { candidate, report } = work;
  for (const match of matches) {
    const one = await query(work, match);
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

/** Searches the target for one match. Throws ProvisioningFailure `DuplicateTargetEntries` if it finds several objects. */
async function query({ run, mapping, candidate, report }: Export, match: Match): Promise<TargetObject | undefined> {
  const [one, another] = await run.target.query(candidate.type, match, targetNames(mapping), report.record);
  if (another === undefined) return one;
  throw new ProvisioningFailure(
    'DuplicateTargetEntries',
    standInTexts.failures.severalMatches(candidate.type, match.attribute, JSON.stringify(match.value)),
  );
}

/**
 * Does a part of the matching: the search for the object in the target, or reading it. What fails there is a failure of the matching, so
 * that no reader looks for its request in the step that would have written.
 */
export async function matching<Result>(
  { candidate, report }: Pick<Export, 'candidate' | 'report'>,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work();
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
