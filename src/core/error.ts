/**
 * Every way in which an image cannot be had or understood, with its exit code and the number of fresh tries
 * that make sense. A kind without an exit code does not compile.
 */
export const kinds = {
  usage: { exit: 2, retries: 0 },
  network: { exit: 10, retries: 3 },
  tls: { exit: 11, retries: 0 },
  auth: { exit: 12, retries: 0 },
  missing: { exit: 13, retries: 0 },
  integrity: { exit: 14, retries: 1 },
  hostile: { exit: 15, retries: 0 },
  unsupported: { exit: 16, retries: 0 },
} as const satisfies Record<string, { exit: number; retries: number }>;

export type ErrorKind = keyof typeof kinds;

export interface ErrorFields {
  /** What it happened to: a URL without secrets, a reference, a path. */
  readonly subject?: string | undefined;
  /** What the user can do about it. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The one error class. The message is lower case, without a full stop, and says expected before got.
 * Text that came from outside is escaped where it is printed, not here.
 */
export class ImgcheckError extends Error {
  readonly kind: ErrorKind;
  readonly subject: string | undefined;
  readonly hint: string | undefined;

  constructor(kind: ErrorKind, message: string, fields: ErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = 'ImgcheckError';
    this.kind = kind;
    this.subject = fields.subject;
    this.hint = fields.hint;
  }
}

/** True for errors of ours, and of one of the given kinds when kinds are given. */
export function isImgcheckError(error: unknown, ...of: readonly ErrorKind[]): error is ImgcheckError {
  return error instanceof ImgcheckError && (of.length === 0 || of.includes(error.kind));
}
