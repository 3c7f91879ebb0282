import type { Code } from '@lighthouse/client/client-error'

/** Linux error numbers, as a FUSE handler answers them (negative on the wire). */
export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  EIO: 5,
  EBADF: 9,
  EAGAIN: 11,
  EACCES: 13,
  EEXIST: 17,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENFILE: 23,
  ENOSPC: 28,
  EROFS: 30,
  ENAMETOOLONG: 36,
  ENODATA: 61,
  EILSEQ: 84,
  EMSGSIZE: 90,
  ETIMEDOUT: 110,
  EHOSTDOWN: 112,
  ESTALE: 116,
} as const

export type ErrnoName = keyof typeof ERRNO

/** What a caller of the mount meets for each coded error. ENOTCONN is never used: it means a dead daemon. */
const ERRNO_OF_CODE = {
  BAD_REQUEST: 'EINVAL',
  GRAPHQL_PARSE_FAILED: 'EINVAL',
  GRAPHQL_VALIDATION_FAILED: 'EINVAL',
  OPERATION_RESOLUTION_FAILURE: 'EINVAL',
  BAD_USER_INPUT: 'EINVAL',
  QUERY_TOO_DEEP: 'EINVAL',
  QUERY_TOO_COMPLEX: 'EINVAL',
  PERSISTED_QUERY_NOT_FOUND: 'EIO',
  PERSISTED_QUERY_NOT_IN_LIST: 'EIO',
  QUERY_NOT_IN_SAFELIST: 'EIO',
  PERSISTED_QUERY_NOT_SUPPORTED: 'EIO',
  UNAUTHORIZED_FIELD_OR_TYPE: 'EACCES',
  NOT_ACCEPTABLE: 'EIO',
  RESPONSE_TOO_LARGE: 'EIO',
  UNAUTHENTICATED: 'EACCES',
  FORBIDDEN: 'EACCES',
  HOST_NOT_ALLOWED: 'EACCES',
  NOT_FOUND: 'ENOENT',
  METHOD_NOT_ALLOWED: 'EIO',
  VERSION_CONFLICT: 'ESTALE',
  PAYLOAD_TOO_LARGE: 'EMSGSIZE',
  UNSUPPORTED_MEDIA_TYPE: 'EIO',
  RATE_LIMITED: 'EAGAIN',
  INTERNAL_SERVER_ERROR: 'EIO',
  PLANNING_FAILED: 'EIO',
  SUBGRAPH_ERROR: 'EIO',
  SUBGRAPH_UNAVAILABLE: 'EHOSTDOWN',
  OVERLOADED: 'EAGAIN',
  AUTHENTICATION_UNAVAILABLE: 'EAGAIN',
  SUPERGRAPH_CHANGED: 'EAGAIN',
  SHUTTING_DOWN: 'EHOSTDOWN',
  DEADLINE_EXCEEDED: 'ETIMEDOUT',
  NO_INSTANCE: 'EHOSTDOWN',
  BAD_CONFIGURATION: 'EIO',
  UNREACHABLE: 'EHOSTDOWN',
  CONNECTION_LOST: 'EHOSTDOWN',
  BAD_ANSWER: 'EIO',
} as const satisfies Record<Code, ErrnoName>

/** A failure with the error number that the caller's system call gets. */
export class FsError extends Error {
  override readonly name = 'FsError'
  readonly errno: ErrnoName
  /** The public code that errors/last.json shows. */
  readonly code: string

  constructor(errno: ErrnoName, message: string, code: string = errno) {
    super(message)
    this.errno = errno
    this.code = code
  }
}

/** Any failure as one with an error number; what nobody foresaw is EIO. */
export function fsErrorOf(error: unknown): FsError {
  if (error instanceof FsError) return error
  if (!(error instanceof Error)) return new FsError('EIO', String(error))
  const { code } = error as { code?: unknown }
  if (typeof code === 'string' && Object.hasOwn(ERRNO_OF_CODE, code))
    return new FsError(ERRNO_OF_CODE[code as Code], error.message, code)
  return new FsError('EIO', error.message, 'INTERNAL_SERVER_ERROR')
}
