import { describe, expect, test } from 'vitest';
import { interfaces, type Interface } from '#base/reasons/reason.ts';
import { reasonTable, type AnyReason } from '#base/reasons/reasons.ts';
import { interfacesOf, sentences } from '#base/reasons/refusal.ts';

/** The text of a reason at an interface, for one of its examples. */
interface Rendition {
  readonly code: string;
  readonly at: Interface;
  readonly text: string;
}

function renditionsOf([code, definition]: readonly [string, AnyReason]): readonly Rendition[] {
  return definition.examples.flatMap((parameters) =>
    interfacesOf(definition, parameters).map((at) => ({ code, at, text: sentences(definition, parameters, at) })),
  );
}

const renditions = Object.entries(reasonTable).flatMap(renditionsOf);

/** Matches words that a reader at each interface cannot use. */
const foreign: Readonly<Record<Interface, RegExp>> = {
  scim: /undefined|\[object/,
  rest: /Entra|\bmap(ping|ped)?\b|Secret Token|Tenant URL|undefined|\[object/,
  csv: /Entra|\bmap(ping|ped)?\b|Secret Token|Tenant URL|urn:ietf|emails\[|undefined|\[object/,
  commandLine: /Entra|\bmap(ping|ped)?\b|Secret Token|Tenant URL|undefined|\[object/,
  portal:
    /Entra|\bmap(ping|ped)?\b|Secret Token|Tenant URL|\btanhua \w|\b(GET|PUT|POST|PATCH|DELETE)\b|\/api\/|urn:ietf|emails\[|x-api-key|undefined|\[object/,
};

function foreignWords({ code, at, text }: Rendition): readonly string[] {
  const found = foreign[at].exec(text);
  return found === null ? [] : [`${code} says ${JSON.stringify(found[0])} at ${at}: ${text}`];
}

/** Reports a text that does not consist of full sentences with single spaces between them. */
function malformed({ code, at, text }: Rendition): readonly string[] {
  return /^\S.*[.!?]$/.test(text) && !/ {2}|\.\.|\. ?\./.test(text) ? [] : [`${code} at ${at}: ${text}`];
}

describe('a reason', () => {
  test('never advises a caller about something that only another interface has', () => {
    expect(renditions.flatMap(foreignWords)).toEqual([]);
  });

  test('consists of full sentences in every interface', () => {
    expect(renditions.flatMap(malformed)).toEqual([]);
  });

  test('has advice for each interface where it can occur', () => {
    const silent = Object.entries(reasonTable).flatMap(
      ([code, { advice, examples, includesAdvice }]: readonly [string, AnyReason]) =>
        examples.flatMap((parameters) => {
          const given = advice(parameters);
          return interfaces.flatMap((at) => (given[at] === '' && includesAdvice !== true ? [`${code} at ${at}`] : []));
        }),
    );
    expect(silent).toEqual([]);
    expect(Object.keys(reasonTable).filter((code) => !renditions.some((one) => one.code === code))).toEqual([]);
  });
});

describe('the rules for reasons', () => {
  const at = (where: Interface, text: string): Rendition => ({ code: 'sample', at: where, text });

  test('reject words that belong to another interface', () => {
    expect(foreignWords(at('rest', 'Map mailNickname to userName in Entra ID.'))).toHaveLength(1);
    expect(foreignWords(at('csv', 'emails[type eq "work"].value is missing.'))).toHaveLength(1);
    expect(foreignWords(at('portal', 'Release it first: PUT restrictedFields without it.'))).toHaveLength(1);
    expect(foreignWords(at('portal', 'Create one: tanhua key create.'))).toHaveLength(1);
    expect(foreignWords(at('scim', 'Map mailNickname to userName in Entra ID.'))).toEqual([]);
  });

  test('reject an incomplete sentence', () => {
    expect(malformed(at('rest', 'no end'))).toHaveLength(1);
    expect(malformed(at('rest', 'Two  spaces.'))).toHaveLength(1);
  });
});
