/** Why a request got no response, where this program knows it better than the system does. */
export const noAnswerTexts = {
  closed: 'The client was closed.',
  timeout: (ms: string) => `No complete response arrived within ${ms} ms.`,
  dropped: 'The connection was cut in the middle of the body, on purpose.',
  tooLong: (bytes: string) => `The response is longer than ${bytes} bytes.`,
  noAddress: (host: string) => `${host} has no address.`,
  internal: (subject: string, kind: string, address: string) =>
    `${subject} is internal (${kind}): no request was sent. An operator of this server can allow it by TANHUA_TARGETS_ALLOWED, such as TANHUA_TARGETS_ALLOWED=${address}.`,
  /** The subject of `internal` for a name. */
  named: (host: string, address: string) => `${host} has the address ${address}, which`,
} as const;
