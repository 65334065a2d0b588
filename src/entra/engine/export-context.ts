import type { ObjectMapping } from '../application/object-mapping.ts';
import type { ComparedAttribute } from '../wire/diff.ts';
import type { TargetObject } from '../wire/target-client.ts';
import type { Candidate } from './candidate.ts';
import type { JobRun } from './job-run.ts';
import { shownValue, type Report } from './report.ts';

/** The context of an export: the run, the mapping, the object and its report. */
export interface Export {
  readonly run: JobRun;
  readonly mapping: ObjectMapping;
  readonly candidate: Candidate;
  readonly report: Report;
}

/** Returns the target attributes to read and compare: all attributes in the mapping except references. */
export function targetNames(mapping: ObjectMapping): readonly string[] {
  return mapping.attributes.filter(({ type }) => type !== 'Reference').map(({ target }) => target);
}

/** Returns the attributes of a target object as the log shows them. */
export function shownResource({ id, attributes }: TargetObject): Readonly<Record<string, string>> {
  const shown = [...attributes].flatMap(([name, value]) => {
    const text = shownValue(value);
    return text === null ? [] : [[name, text] as const];
  });
  return { ...Object.fromEntries(shown), id };
}

/** Returns the attributes of a mapping, in the form that `diff` compares. */
export function comparedAttributes(mapping: ObjectMapping): readonly ComparedAttribute[] {
  return mapping.attributes.map((attribute) => ({
    ...attribute,
    addOnly: attribute.flowType === 'MultiValueAddOnly',
  }));
}
