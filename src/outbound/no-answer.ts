/** Why a request got no response. */
export type NoAnswerKind =
  /** Nothing was sent: the host does not exist, or nothing listens at its port. */
  | 'refused'
  /** Nothing was sent: the address is internal, and no setting allows it. */
  | 'forbidden'
  /** The connection was closed while it was in use. */
  | 'reset'
  /** The certificate was invalid, or the TLS handshake failed. */
  | 'tls'
  | 'timeout'
  /** The response was not valid HTTP. */
  | 'protocol'
  | 'tooLong'
  /** The connection was closed on purpose, as a simulated fault. */
  | 'dropped'
  /** `HttpConnection.close` was called before the response arrived. */
  | 'closed';

/** Thrown if a request gets no response. `kind` says why. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly kind: NoAnswerKind;

  constructor(kind: NoAnswerKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

/** True if a request was aborted because `HttpConnection.close` was called. The error then says nothing about the server. */
export function isClosed(error: unknown): boolean {
  return error instanceof NoAnswer && error.kind === 'closed';
}

const kindOfCode: readonly (readonly [RegExp, NoAnswerKind])[] = [
  [/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EHOSTDOWN)$/, 'refused'],
  [/^(ECONNRESET|EPIPE|ECONNABORTED|ERR_STREAM_PREMATURE_CLOSE)$/, 'reset'],
  [/^ETIMEDOUT$/, 'timeout'],
  [/^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|EPROTO)/, 'tls'],
  [/^ABORT_ERR$/, 'closed'],
];

/** Converts any error of node:http to a NoAnswer. */
export function reasonOf(error: unknown): NoAnswer {
  if (error instanceof NoAnswer) return error;
  const code = codeOf(error);
  const kind = kindOfCode.find(([pattern]) => pattern.test(code))?.[1] ?? 'protocol';
  return new NoAnswer(kind, messageOf(error), error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function messageOf(error: unknown): string {
  // An AggregateError has one error for each address of the host that was tried.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
