/** Why no answer came. */
export type NoAnswerKind =
  /** Nothing was sent: no such host, or nobody listens there. */
  | 'refused'
  /** The address is internal, and no setting allows it: nothing was sent. */
  | 'forbidden'
  /** The connection was cut while it was used. */
  | 'reset'
  /** The certificate, or the handshake. */
  | 'tls'
  | 'timeout'
  /** What came was no HTTP. */
  | 'protocol'
  | 'tooLong'
  /** Cut by ourselves, as a fault on demand. */
  | 'dropped'
  /** The client was closed meanwhile. */
  | 'closed';

/** A request without an answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly kind: NoAnswerKind;

  constructor(kind: NoAnswerKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

/** True for a request that was cut because its client was closed: it says nothing about the server. */
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

/** Any error of node:http as a NoAnswer. */
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
  // Each address of a host that was tried has an error of its own.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
