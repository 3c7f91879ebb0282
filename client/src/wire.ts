/** One POST to one endpoint. Rejects with what the socket layer says; never tries again. */
export interface Wire extends AsyncDisposable {
  post(request: WireRequest): Promise<WireAnswer>
}

export interface WireRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

export interface WireAnswer {
  readonly status: number
  readonly text: string
}

/** An answer longer than this is given up. */
export const MAX_ANSWER_BYTES = 32 * 1024 * 1024
