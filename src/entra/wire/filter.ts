import { encodeFilterValue, encodeFormText } from './url-encoding.ts';

/** Returns the filter `attribute eq "value"`, encoded for a query string. Quotation marks in the value are not escaped, as in Entra ID. */
export function filterOf(attribute: string, value: string): string {
  return `${encodeFormText(`${attribute} eq "`)}${encodeFilterValue(value)}%22`;
}
