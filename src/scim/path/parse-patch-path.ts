import { quote } from '#base/errors.ts';
import { FilterParser } from '../filter/parse.ts';
import type { Filter } from '../filter/ast.ts';
import { syntaxError, tokenize } from '../filter/lexer.ts';
import type { AttributePath } from './attribute-path.ts';

/** The path of a PATCH operation, as written. */
export interface PatchPath {
  /** The attribute path, with the sub-attribute before or after the brackets. */
  readonly path: AttributePath;
  /** The filter in brackets, which selects elements of a multi-valued attribute; undefined if there are no brackets. */
  readonly filter: Filter | undefined;
}

/**
 * Parses the path of a PATCH operation: PATH = attrPath / valuePath [subAttr] (RFC 7644 §3.5.2). If the path is only the URN of
 * a schema, the last segment of the URN is parsed as the name. Throws `invalidPath` with the position of the syntax error.
 *
 * @example
 * parsePatchPath('emails[type eq "work"].value').path; // { name: 'emails', subName: 'value', … }
 */
export function parsePatchPath(text: string): PatchPath {
  const parser = new FilterParser(tokenize(text, 'invalidPath'), 'invalidPath');
  const path = parser.attributePath();
  if (!parser.isAt('[')) {
    parser.expectEnd('the end, or a filter in brackets');
    return { path, filter: undefined };
  }
  if (path.subName !== undefined) {
    // If the path also had a sub-attribute after the brackets, it would replace the one before them, and the operation would change the
    // wrong value.
    throw syntaxError(
      'invalidPath',
      `the filter in brackets must follow ${quote(path.name)} and precede its sub-attribute, as in emails[type eq "work"].value`,
      path.position,
    );
  }
  const filter = parser.bracket();
  const sub = parser.subAttribute();
  parser.expectEnd('the end, or a sub-attribute such as ".value"');
  return { path: sub === undefined ? path : { ...path, subName: sub.name }, filter };
}
