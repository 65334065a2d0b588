import type { ObjectMapping } from '../application/object-mapping.ts';
import type { ComparedAttribute } from '../wire/diff.ts';
import type { TargetObject } from '../wire/target-client.ts';
import type { Candidate } from './candidate.ts';
import type { JobRun } from './job-run.ts';
import { shownValue, type Report } from './report.ts';

/** Everything that a step needs to know of the object. */
export interface Export {
  readonly run: JobRun;
  readonly mapping: ObjectMapping;
  readonly candidate: Candidate;
  readonly report: Report;
}

/** What is read of the target: everything that is compared. */
export function targetNames(mapping: ObjectMapping): readonly string[] {
  return mapping.attributes.filter(({ type }) => type !== 'Reference').map(({ target }) => target);
}

export function shownResource({ id, attributes }: TargetObject): Readonly<Record<string, string>> {
  const shown = [...attributes].flatMap(([name, value]) => {
    const text = shownValue(value);
    return text === null ? [] : [[name, text] as const];
  });
  return { ...Object.fromEntries(shown), id };
}

/** How the attributes of a mapping are compared. */
export function comparedAttributes(mapping: ObjectMapping): readonly ComparedAttribute[] {
  return mapping.attributes.map((attribute) => ({
    ...attribute,
    addOnly: attribute.flowType === 'MultiValueAddOnly',
  }));
}
