import { encodeFilterValue, encodeFormText } from './url-encoding.ts';

/** Returns the filter `attribute eq "value"`, encoded for a query. Entra ID does not escape the value (see `encodeFilterValue`). */
export function filterOf(attribute: string, value: string): string {
  return `${encodeFormText(`${attribute} eq "`)}${encodeFilterValue(value)}%22`;
}
