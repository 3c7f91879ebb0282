/** Why a run could not take place; the command line ends with 3. */
export class LoadError extends Error {
  readonly code: 'USAGE' | 'UNREACHABLE' | 'UNAUTHENTICATED' | 'NOT_GRAPHQL'

  constructor(code: LoadError['code'], message: string) {
    super(message)
    this.name = 'LoadError'
    this.code = code
  }
}
