import { withoutEscapes } from './request-log.fixture.ts';

/** Returns the lines of a log that contain one of the texts, in any letter case, or in percent escapes or escapes of JSON. */
export function linesWith(lines: readonly string[], texts: readonly string[]): readonly string[] {
  const wanted = texts.map((text) => text.toLowerCase());
  return lines.filter((line) => {
    const forms = [line, withoutEscapes(line)].map((form) => form.toLowerCase());
    return wanted.some((text) => forms.some((form) => form.includes(text)));
  });
}
