/**
 * Every error code that a caller can meet, in `extensions.code`, with its HTTP status, whether the same request may
 * be tried again, and its meaning. docs/reference/errors.md lists the same codes (agrees.test).
 */
export const ERROR_CODES = {
  BAD_REQUEST: { status: 400, retryable: false, meaning: 'The HTTP request is not a GraphQL request.' },
  GRAPHQL_PARSE_FAILED: { status: 400, retryable: false, meaning: 'The document is not GraphQL.' },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    retryable: false,
    meaning: 'The document does not fit the schema.',
  },
  OPERATION_RESOLUTION_FAILURE: { status: 400, retryable: false, meaning: 'No single operation was named.' },
  BAD_USER_INPUT: {
    status: 400,
    retryable: false,
    meaning: 'An argument or variable has a value that is refused.',
  },
  QUERY_TOO_DEEP: { status: 400, retryable: false, meaning: 'The document nests deeper than the limit.' },
  QUERY_TOO_COMPLEX: {
    status: 400,
    retryable: false,
    meaning: 'The document, or a list in its variables, is larger than a limit; the message names it.',
  },
  RESPONSE_TOO_LARGE: { status: 400, retryable: false, meaning: 'The answer is larger than the limit.' },
  PERSISTED_QUERY_NOT_FOUND: {
    status: 200,
    retryable: true,
    meaning: 'The persisted query is not known here.',
  },
  PERSISTED_QUERY_NOT_IN_LIST: {
    status: 404,
    retryable: false,
    meaning: 'No trusted document has this id.',
  },
  QUERY_NOT_IN_SAFELIST: {
    status: 403,
    retryable: false,
    meaning: 'Only trusted documents run here, and this is none of them.',
  },
  PERSISTED_QUERY_NOT_SUPPORTED: { status: 200, retryable: false, meaning: 'Persisted queries are off.' },
  UNAUTHENTICATED: {
    status: 401,
    retryable: false,
    meaning: 'The credential is missing, unknown or expired.',
  },
  FORBIDDEN: { status: 403, retryable: false, meaning: 'The credential does not permit this.' },
  UNAUTHORIZED_FIELD_OR_TYPE: {
    status: 403,
    retryable: false,
    meaning: 'The credential does not permit this field or type; it was left out, or the operation refused.',
  },
  NOT_FOUND: { status: 404, retryable: false, meaning: 'There is nothing at this address or under this id.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    retryable: false,
    meaning: 'The HTTP method does not fit the operation.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    retryable: false,
    meaning: 'None of the media types of the answer is one that the client accepts.',
  },
  VERSION_CONFLICT: {
    status: 409,
    retryable: false,
    meaning: 'expectedVersion is not the version of the aggregate.',
  },
  PAYLOAD_TOO_LARGE: { status: 413, retryable: false, meaning: 'The body is larger than the limit.' },
  HOST_NOT_ALLOWED: {
    status: 421,
    retryable: false,
    meaning: 'The request names a host under which this gateway is not called.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    retryable: false,
    meaning: 'The content type is not one that is read here.',
  },
  RATE_LIMITED: { status: 429, retryable: true, meaning: 'Too many requests; try after Retry-After.' },
  INTERNAL_SERVER_ERROR: {
    status: 500,
    retryable: true,
    meaning: 'Our fault; the request id finds it in the log.',
  },
  PLANNING_FAILED: {
    status: 500,
    retryable: false,
    meaning:
      'No way through the subgraphs was found for a valid operation; the request id finds why in the log.',
  },
  SUBGRAPH_ERROR: {
    status: 502,
    retryable: true,
    meaning: 'A subgraph answered with something that is not GraphQL.',
  },
  SUBGRAPH_UNAVAILABLE: { status: 503, retryable: true, meaning: 'A subgraph cannot be reached.' },
  AUTHENTICATION_UNAVAILABLE: {
    status: 503,
    retryable: true,
    meaning: "The credential cannot be checked now: its issuer's keys cannot be had.",
  },
  SUPERGRAPH_CHANGED: {
    status: 503,
    retryable: true,
    meaning: 'The graph was replaced while a subscription ran; subscribe again.',
  },
  OVERLOADED: { status: 503, retryable: true, meaning: 'A bounded queue is full; try after Retry-After.' },
  SHUTTING_DOWN: { status: 503, retryable: true, meaning: 'This process is stopping; another will answer.' },
  DEADLINE_EXCEEDED: { status: 504, retryable: true, meaning: 'The answer did not come within its time.' },
} as const

export type ErrorCode = keyof typeof ERROR_CODES
