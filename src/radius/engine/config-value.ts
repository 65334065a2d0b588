import { AppError, quote } from '#base/errors.ts';

/** A control character would end the line. FreeRADIUS expands `${…}` and `$ENV{…}` even after a backslash, and in single quotes it keeps backslashes. */
const unwritable = /[\0-\x1f\x7f]|\$(?:ENV)?\{/;

/**
 * Returns a text as a value of FreeRADIUS's configuration that FreeRADIUS reads back exactly.
 *
 * Throws `configuration` for a text that no escape can protect: one with a control character, `${` or `$ENV{`.
 *
 * @param text the value, such as a path
 * @param what the origin of the value, for the message
 * @example configValue('/srv/tanhua "1"/radius', 'TANHUA_DATA_DIR') // '"/srv/tanhua \\"1\\"/radius"'
 * @source FreeRADIUS 3.2.7, src/main/conffile.c (cf_expand_variables) and src/lib/token.c (getthing); src/radius/engine/config-value.test.ts
 */
export function configValue(text: string, what: string): string {
  if (unwritable.test(text)) {
    throw new AppError(
      'configuration',
      `${what} is ${quote(text)}, which the configuration of FreeRADIUS cannot contain, because it would expand "\${" or end the line at a control character. Use a path without them.`,
      { value: text },
    );
  }
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
