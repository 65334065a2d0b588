/**
 * The attributes that our configuration adds to a request, with numbers that FreeRADIUS reserves for sites (3000 to 3999). They cannot
 * arrive in a packet, because their numbers do not fit in the byte of a RADIUS attribute; the configuration also deletes them first.
 */
export const engineAttributes = {
  /** The id of the client, from the answer of the policy API. Empty for a request of the probe. */
  client: { name: 'Tanhua-Client', number: 3000 },
  /** The address that the packet came from. For a request of the probe, the address that the probe names. */
  address: { name: 'Tanhua-Address', number: 3001 },
  /** pap, eapTtlsPap or unsupported. */
  method: { name: 'Tanhua-Method', number: 3002 },
  /** The name outside of the tunnel. */
  outerName: { name: 'Tanhua-Outer-Name', number: 3003 },
  callingStation: { name: 'Tanhua-Calling-Station', number: 3004 },
  calledStation: { name: 'Tanhua-Called-Station', number: 3005 },
} as const;

/** The dictionary that defines them, read in addition to those of the package. */
export function dictionaryText(): string {
  const lines = Object.values(engineAttributes).map(({ name, number }) => `ATTRIBUTE\t${name}\t${number}\tstring`);
  return `${lines.join('\n')}\n`;
}
