import { quote } from '#base/errors.ts';
import { FilterParser } from '../filter/parse.ts';
import type { Filter } from '../filter/ast.ts';
import { syntaxError, tokenize } from '../filter/lexer.ts';
import type { AttributePath } from './attribute-path.ts';

/** The target of a PATCH operation as written. */
export interface PatchPath {
  /** With the sub-attribute, wherever it stands. */
  readonly path: AttributePath;
  /** Which elements of a multi-valued attribute; undefined without brackets. */
  readonly filter: Filter | undefined;
}

/**
 * Parses the path of a PATCH operation: PATH = attrPath / valuePath [subAttr] (RFC 7644 §3.5.2). Throws invalidPath with
 * the position of the fault. A path that is just the URN of a schema has its last segment as the name.
 */
export function parsePatchPath(text: string): PatchPath {
  const parser = new FilterParser(tokenize(text, 'invalidPath'), 'invalidPath');
  const path = parser.attributePath();
  if (!parser.isAt('[')) {
    parser.expectEnd('the end, or a filter in brackets');
    return { path, filter: undefined };
  }
  if (path.subName !== undefined) {
    // What stands behind the bracket would take the place of this sub-attribute, and another value would change.
    throw syntaxError(
      'invalidPath',
      `the filter in brackets stands behind ${quote(path.name)}, before its sub-attribute, as in emails[type eq "work"].value`,
      path.position,
    );
  }
  const filter = parser.bracket();
  const sub = parser.subAttribute();
  parser.expectEnd('the end, or a sub-attribute such as ".value"');
  return { path: sub === undefined ? path : { ...path, subName: sub.name }, filter };
}
